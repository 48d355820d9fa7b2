using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using DlStore.TestKit;

namespace DlStore.Cli.Tests.Imports;

/// <summary>A repository of dls in which DVC was used: its files are written by a program of the tests' own.</summary>
internal sealed class DvcScene : IDisposable
{
    private static readonly string Program = SourceTree.At("tests/DlStore.Cli.Tests/Imports/dvc.py");

    public DvcScene(params string[] init)
        : this(new Scene(), init)
    {
    }

    public DvcScene(Scene scene, params string[] init)
    {
        Scene = scene;
        Scene.MakeRepo();
        Dvc(["init", .. init]);
    }

    public Scene Scene { get; }

    public void Dispose() => Scene.Dispose();

    public string At(string path) => Scene.At($"repo/{path}");

    public string Write(string path, string text) => Scene.Write($"repo/{path}", text);

    public string Write(string path, byte[] bytes) => Scene.Write($"repo/{path}", bytes);

    public string Read(string path) => File.ReadAllText(At(path));

    public string Dvc(params string[] words) => Scene.RunProgram("/usr/bin/python3", [Program, .. words], At(".")).Expect(0).Output;

    /// <summary>Writes a directory of three files and lets DVC take it.</summary>
    public void AddSample(string directory, string version = "3", string link = "copy")
    {
        Write($"{directory}/a.txt", "alpha\n");
        Write($"{directory}/sub/two words.txt", "beta\r\n");
        Write($"{directory}/sub/画像.bin", TestKit.Scene.Pattern(2_000_000, 3));
        Dvc("add", directory, version, link);
    }

    public RunResult Import(params string[] words) => Scene.Dls("repo", ["import", "dvc", .. words]);

    public string Git(params string[] words) => Scene.Git("repo", words);

    public void Commit(string message = "with dvc") => Scene.Commit("repo", message);

    /// <summary>Takes the files away from the work tree, as a clone has none.</summary>
    public void Drop(string path)
    {
        if (Directory.Exists(At(path)))
        {
            Directory.Delete(At(path), recursive: true);
        }
        else
        {
            File.Delete(At(path));
        }
    }

    public string CachePath(string bytesOf, string version = "3", bool isDirectory = false)
    {
        string md5 = isDirectory
            ? bytesOf : Md5(File.ReadAllBytes(At(bytesOf)));
        return At($".dvc/cache/{(version == "3" ? "files/md5/" : "")}{md5[..2]}/{md5[2..]}");
    }

    [SuppressMessage("Security", "CA5351", Justification = "DVC names bytes so.")]
    public static string Md5(byte[] bytes) => Convert.ToHexStringLower(MD5.HashData(bytes));

    /// <summary>Puts a listing of files into the cache.</summary>
    /// <returns>The MD5 with its ending.</returns>
    public string PutListing(string json)
    {
        string md5 = Md5(Encoding.UTF8.GetBytes(json)) + ".dir";
        Write($".dvc/cache/files/md5/{md5[..2]}/{md5[2..]}", json);
        return md5;
    }

    public string PutBytes(string text)
    {
        string md5 = Md5(Encoding.UTF8.GetBytes(text));
        Write($".dvc/cache/files/md5/{md5[..2]}/{md5[2..]}", text);
        return md5;
    }

    public JsonElement Json(int code, params string[] words) =>
        JsonDocument.Parse(Import([.. words, "--json"]).Expect(code).Output).RootElement;
}
