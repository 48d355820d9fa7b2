using DlStore.Objects;
using DlStore.Remotes;
using DlStore.TestKit;

namespace DlStore.Cli.Tests.Store;

/// <summary>Clones that push at the same moment to one remote: every pin holds, by a look of its own at packs, indexes and blobs.</summary>
public sealed class PushTogetherTests : IDisposable
{
    private const int Rounds = 5;
    private readonly Scene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void Three_clones_that_push_at_once_leave_pins_that_all_hold()
    {
        _scene.MakeRepo();
        string[] clones = ["repo", "two", "three"];
        _scene.Write("repo/data/first.txt", "first\n");
        _scene.Dls("repo", "add", "data").Expect(0);
        _scene.Commit("repo", "first");
        _scene.Dls("repo", "push").Expect(0);
        foreach (string clone in clones.Skip(1))
        {
            _scene.Clone("repo", clone);
            _scene.Dls(clone, "pull").Expect(0);
        }

        for (int round = 0; round < Rounds; round++)
        {
            foreach (string clone in clones)
            {
                Change(clone, round);
            }

            RunningProgram[] pushes = [.. clones.Select(c => DlsProcess.Start(_scene.At(c), _scene.Environment, ["push"]))];
            foreach (RunningProgram push in pushes)
            {
                push.Wait([]).Expect(0);
                push.Dispose();
            }
        }

        string[] pins = Directory.GetFiles(_scene.At("remote/pins"), "*", SearchOption.AllDirectories);
        Assert.Equal(1 + (Rounds * clones.Length), pins.Length);
        HashSet<Oid> there = ReadRemote();
        foreach (string pin in pins)
        {
            foreach (PinLine line in Pin.Parse(File.ReadAllBytes(pin), pin))
            {
                Assert.All(Closure(line), o => Assert.Contains(o, there));
            }
        }

        _scene.Dls("repo", "verify", "--remote", "lab").Expect(0);
    }

    private void Change(string clone, int round)
    {
        // Shared bytes that all send at once, bytes of their own, a large blob of each kind.
        _scene.Write($"{clone}/data/shared-{round}.txt", $"shared {round}\n");
        _scene.Write($"{clone}/data/own-{clone}-{round}.txt", $"{clone} {round}\n");
        _scene.Write($"{clone}/data/shared.pth", Scene.Pattern((1 << 20) + round, round));
        _scene.Write($"{clone}/data/{clone}.pth", Scene.Pattern((1 << 20) + 7 + round, 100 + round + clone.Length));
        _scene.Dls(clone, "add", "data").Expect(0);
        _scene.Commit(clone, $"{clone} {round}");
    }

    /// <summary>All objects that lie on the remote under an index that names them there, hashed here.</summary>
    private HashSet<Oid> ReadRemote()
    {
        HashSet<Oid> found = [];
        List<PackIndex> indexes = [.. Directory.GetFiles(_scene.At("remote/index")).Select(f => PackIndex.Open(f, IdOf(f)).Index!)];
        HashSet<Oid> superseded = [.. indexes.SelectMany(i => i.Superseded)];
        foreach (PackIndex index in indexes.Where(i => !superseded.Contains(i.Id)))
        {
            foreach ((Oid id, PackEntry entry) in index.Rows())
            {
                using PackReader reader = new(_scene.At("remote/" + RemoteLayout.Pack(id)), id);
                reader.Read(entry, new byte[entry.Plain]);
                found.Add(entry.Oid);
            }

            for (int i = 0; i < index.BlobCount; i++)
            {
                Oid oid = index.GetBlob(i).Oid;
                Assert.Equal(oid, Oid.Of(File.ReadAllBytes(_scene.At("remote/" + RemoteLayout.Blob(oid)))));
                found.Add(oid);
            }
        }

        indexes.ForEach(i => i.Dispose());
        return found;
    }

    private HashSet<Oid> Closure(PinLine line)
    {
        HashSet<Oid> all = [line.Oid];
        if (line.Kind == ObjectKind.Tree)
        {
            List<ObjectStore> stores = [.. new[] { "repo", "two", "three" }.Select(c => ObjectStore.Open(_scene.At(c + "/.git/dls")))];
            new TreeClosure(o => stores.FirstOrDefault(s => s.Find(o) is not null)?.Read(
                o))
            { Node = o => all.Add(o), Blob = (o, _) => all.Add(o), MissingNode = o => Assert.Fail($"{o}") }.Walk(line.Oid, null);
            stores.ForEach(s => s.Dispose());
        }

        return all;
    }

    private static Oid IdOf(string file)
    {
        Assert.True(Oid.TryParseHex(Path.GetFileNameWithoutExtension(file), out Oid id));
        return id;
    }
}
