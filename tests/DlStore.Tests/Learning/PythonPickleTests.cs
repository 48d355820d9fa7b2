using System.Diagnostics;
using DlStore.Learning.Weights;
using DlStore.TestKit;

namespace DlStore.Tests.Learning;

/// <summary>
/// Files that Python's own pickle module wrote, with torch's persistent ids and calls imitated: what a test's own writer gets wrong, this
/// does not.
/// </summary>
public sealed class PythonPickleTests
{
    private const string Python = "/usr/bin/env";

    private const string Script = """
        import collections, io, os, pickle, struct, sys, types, zipfile
        def module(name, **names):
            m = types.ModuleType(name)
            for k, v in names.items():
                v.__module__, v.__qualname__, v.__name__ = name, k, k
                setattr(m, k, v)
            sys.modules[name] = m
        class FloatStorage: pass
        class HalfStorage: pass
        class LongStorage: pass
        def _rebuild_tensor_v2(*a): pass
        def _rebuild_parameter(*a): pass
        class Net: pass
        module('torch', FloatStorage=FloatStorage, HalfStorage=HalfStorage, LongStorage=LongStorage)
        module('torch._utils', _rebuild_tensor_v2=_rebuild_tensor_v2, _rebuild_parameter=_rebuild_parameter)
        module('nets', Net=Net)
        class Storage:
            def __init__(self, kind, key, data, count): self.kind, self.key, self.data, self.count = kind, key, data, count
        class Tensor:
            def __init__(self, storage, offset, shape):
                stride, n = [], 1
                for s in reversed(shape): stride.insert(0, n); n *= s
                self.args = (storage, offset, tuple(shape), tuple(stride), False, collections.OrderedDict())
            def __reduce__(self): return (_rebuild_tensor_v2, self.args)
        class Parameter:
            def __init__(self, data): self.data = data
            def __reduce__(self): return (_rebuild_parameter, (self.data, True, collections.OrderedDict()))
        class Pickler(pickle._Pickler):
            def persistent_id(self, o):
                return ('storage', o.kind, o.key, 'cpu', o.count) if isinstance(o, Storage) else None
        f = Storage(FloatStorage, '0', struct.pack('<6f', 1, 2, 3, 4, float('nan'), 6), 6)
        h = Storage(HalfStorage, '1', struct.pack('<4e', 1, 2, float('inf'), 4), 4)
        l = Storage(LongStorage, '2', struct.pack('<q', 7), 1)
        state = collections.OrderedDict([('features.0.weight', Tensor(f, 0, [2, 2])), ('features.0.bias', Tensor(f, 4, [2])), ('fc.weight', Tensor(h, 0, [2, 2])), ('fc.bias', Parameter(Tensor(f, 0, [2]))), ('steps', Tensor(l, 0, []))])
        state._metadata = collections.OrderedDict([('', {'version': 1})])
        net = Net(); net._modules = collections.OrderedDict(fc=Net()); net._modules['fc']._parameters = {'weight': Parameter(Tensor(f, 0, [4]))}
        root = {'epoch': 3, 'big': 1 << 80, 'negative': -5, 'loss': 0.5, 'none': None, 'flags': (True, False), 'bytes': b'x' * 300, 'set': {1, 2}, 'state_dict': state, 'net': net, 'losses': [0.1] * 2000, 'again': state, 'text': '学習' * 200}
        for protocol in (2, 3, 4, 5):
            b = io.BytesIO(); Pickler(b, protocol).dump(root)
            with zipfile.ZipFile(os.path.join(sys.argv[1], '%d.pth' % protocol), 'w', zipfile.ZIP_STORED) as z:
                z.writestr('best/data.pkl', b.getvalue()); z.writestr('best/byteorder', 'little')
                for s in (f, h, l): z.writestr('best/data/' + s.key, s.data)
                z.writestr('best/version', '3\n')
        """;

    [SkippablePythonFact]
    public void Files_that_python_wrote_are_read_in_every_protocol()
    {
        using TempDir directory = new();
        ProcessStartInfo start = new(Python) { ArgumentList = { "python3", "-c", Script, directory.Path }, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, errors);

        Assert.All((int[])[2, 3, 4, 5], protocol =>
        {
            WeightFacts facts = WeightFile.Inspect(directory.At($"{protocol}.pth"), "x");
            Assert.Null(facts.Reason);
            Assert.Equal(
                [
                    "state_dict.features.0.weight [2,2] float32 nan=False inf=False",
                        "state_dict.features.0.bias [2] float32 nan=True inf=False",
                        "state_dict.fc.weight [2,2] float16 nan=False inf=True",
                    "state_dict.fc.bias [2] float32 nan=False inf=False",
                        "state_dict.steps [] int64 nan=False inf=False", "net.fc.weight [4] float32 nan=False inf=False",
                ],
                facts.Tensors.Select(static t => $"{t.Name} [{string.Join(',', t.Shape)}] {t.Type} nan={t.HasNan} inf={t.HasInfinity}"));
            Assert.Equal(2, ClassCount.Guess(facts).Count);
        });
    }

    /// <summary>A test that needs python3; skipped, and so shown, without it.</summary>
    private sealed class SkippablePythonFactAttribute : FactAttribute
    {
        public SkippablePythonFactAttribute()
        {
            if (!Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(static d => File.Exists(Path.Combine(d, "python3"))))
            {
                Skip = "there is no python3";
            }
        }
    }
}
