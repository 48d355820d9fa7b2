using System.Text;
using DlStore.Data.Texts;
using DlStore.TestKit;
using Xunit.Abstractions;

namespace DlStore.Tests.Data;

public sealed class PythonAssignmentsTests(ITestOutputHelper output)
{
    [Fact]
    public void Lists_tuples_numbers_texts_and_names_are_read()
    {
        IReadOnlyDictionary<string, PythonValue> values = PythonAssignments.Read(
            """
            # comment = 1
            import os
            A = ["x", 'y',  # two
                 "z#", ]
            B=(A, "close", -12)
            C = True
            #D = (1, 2)
            D = (400,400)
            E = "a\"b"
            """);

        Assert.Equal(["A", "B", "C", "D", "E"], values.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(["x", "y", "z#"], values["A"].Texts);
        Assert.Equal(values["A"], values["B"].Items![0]);
        Assert.Equal(-12, values["B"].Items![2].Number);
        Assert.Null(values["B"].Texts);
        Assert.Equal("True", values["C"].Text);
        Assert.Equal([400, 400], values["D"].Items!.Select(static i => i.Number));
        Assert.Equal("a\"b", values["E"].Text);
    }

    [Theory]
    [InlineData("A = os.system('x')\n")]
    [InlineData("A = f('x')\n")]
    [InlineData("A = ['x'\n")]
    [InlineData("A = 'x\n")]
    [InlineData("A == 'x'\n")]
    [InlineData("    A = 'x'\n")]
    [InlineData("A = 'x' + 'y'\n")]
    [InlineData("A = unknown\n")]
    public void What_is_no_plain_value_is_passed_over(string text)
    {
        IReadOnlyDictionary<string, PythonValue> values = PythonAssignments.Read(text + "Z = 1\n");

        Assert.DoesNotContain("A", values.Keys);
        Assert.Equal(1, values["Z"].Number);
    }

    [Fact]
    public void Random_text_ends_and_never_throws()
    {
        Random random = Seeded.Start(output);
        const string Alphabet = "A_ =()[]\"',#\\\n-0é";
        for (int round = 0; round < 2_000; round++)
        {
            StringBuilder text = new();
            for (int i = random.Next(80); i > 0; i--)
            {
                text.Append(Alphabet[random.Next(Alphabet.Length)]);
            }

            Assert.NotNull(PythonAssignments.Read(text.ToString()));
        }

        Assert.Empty(PythonAssignments.Read("A = " + new string('[', 100_000)));
    }
}
