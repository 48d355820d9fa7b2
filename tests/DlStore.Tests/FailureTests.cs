using DlStore.Data.Annotations;
using DlStore.Data.Texts;
using DlStore.Io;
using DlStore.Learning.Logs;

namespace DlStore.Tests;

/// <summary>A failure carries where and why beside its message, so that nobody has to take the message apart.</summary>
public sealed class FailureTests
{
    [Fact]
    public void A_line_of_a_document_and_of_a_list_are_told_apart_from_the_reason()
    {
        DlsException yaml = Assert.Throws<DlsException>(static () => SafeYaml.Parse("a: 1\na: 2\n"u8, "kinds/x:9.yaml"));
        DlsException list = Assert.Throws<DlsException>(static () => ClassList.Parse("one\none\n"u8, "classes/it's.txt"));

        Assert.Equal(("kinds/x:9.yaml", 2, "key 'a' stands here twice"), (yaml.File, yaml.Line, yaml.Reason));
        Assert.Equal($"read 'kinds/x:9.yaml' line 2: {yaml.Reason}", yaml.Message);
        Assert.Equal(("classes/it's.txt", 2), (list.File, list.Line));
        Assert.Equal($"read 'classes/it's.txt:2': {list.Reason}", list.Message);
    }

    [Fact]
    public void The_reason_of_a_system_call_has_no_path_in_it()
    {
        Assert.True(Sys.OpenAt(Posix.AtFdCwd, "/nowhere: at all"u8.ToArray(), Posix.ReadOnly) < 0);

        DlsException error = Sys.Error("open", "/nowhere: at all");

        Assert.Equal("no such file or directory", error.Reason);
        Assert.Equal("open '/nowhere: at all': no such file or directory", error.Message);
    }

    [Fact]
    public void A_failure_without_parts_gives_its_message_as_the_reason()
    {
        DlsException error = new(ErrorKind.Failed, "stop: it is late");

        Assert.Equal((null, 0, "stop: it is late", null), (error.File, error.Line, error.Reason, error.Remote));
    }

    [Theory]
    [InlineData("<!DOCTYPE annotation [<!ENTITY a 'b'>]><annotation/>")]
    [InlineData("\uFEFF<?xml version='1.0'?>\n<!-- DTD -->\n<?pi x?> <!DOCTYPE annotation><annotation/>")]
    public void A_document_type_is_refused_as_such_in_every_encoding(string text)
    {
        foreach (System.Text.Encoding encoding in (System.Text.Encoding[])[new System.Text.UTF8Encoding(),
            System.Text.Encoding.Unicode, System.Text.Encoding.BigEndianUnicode])
        {
            byte[] bytes = [
                .. text[0] == '\uFEFF' || encoding.GetPreamble().Length != 2 ? [] : encoding.GetPreamble(), .. encoding.GetBytes(text)];
            DlsException error = Assert.Throws<DlsException>(() => Annotation.Parse(bytes, "a.xml"));
            Assert.Equal("read 'a.xml:1': a document type is refused: annotations need none", error.Message);
        }
    }

    [Theory]
    [InlineData("<!-- <!DOCTYPE a> -->")]
    [InlineData("<annotation><filename>DTD</annotation>")]
    public void Other_broken_xml_is_not_taken_for_a_document_type(string text)
    {
        DlsException error = Assert.Throws<DlsException>(() => Annotation.Parse(System.Text.Encoding.UTF8.GetBytes(text), "a.xml"));

        Assert.StartsWith("it is not well-formed XML: ", error.Reason, StringComparison.Ordinal);
        Assert.Equal(("a.xml", 1), (error.File, error.Line));
    }

    [Fact]
    public void A_stop_rule_that_cannot_be_used_names_the_line_of_its_expression()
    {
        YamlNode node = SafeYaml.Parse("name: x\nmatch: '(?=a)'\n"u8, "k.yaml");

        DlsException error = Assert.Throws<DlsException>(() => StopRule.Read(node));

        Assert.Equal(("k.yaml", 2), (error.File, error.Line));
        Assert.StartsWith("use stop rule 'x': ", error.Reason, StringComparison.Ordinal);
    }
}
