using DlStore.Learning.Kinds;

namespace DlStore.Operations.Tasks;

/// <summary>Parameters that a user sets for one run, each <c>name=value</c> or <c>kind.name=value</c>.</summary>
/// <param name="typed">As typed.</param>
internal sealed class TypedParameters(IReadOnlyList<string> typed)
{
    /// <summary>Gives the parameters of a kind, with those that were set.</summary>
    public SortedDictionary<string, string> Of(Kind kind)
    {
        SortedDictionary<string, string> all = new(kind.Parameters.ToDictionary(), StringComparer.Ordinal);
        foreach (string set in typed)
        {
            (string? of, string name, string value) = ParseSet(set);
            if ((of is null || of == kind.Name.Value) && all.ContainsKey(name))
            {
                all[name] = value;
            }
        }

        return all;
    }

    /// <summary>Requires that each parameter that was set is one of some kind.</summary>
    /// <exception cref="DlsException">Kind Usage: none of the kinds has it; or it is not <c>name=value</c>.</exception>
    public void RequireKnown(IReadOnlyList<Kind> kinds)
    {
        foreach (string set in typed)
        {
            (string? of, string name, _) = ParseSet(set);
            if (!kinds.Any(k => (of is null || of == k.Name.Value) && k.Parameters.ContainsKey(name)))
            {
                string[] known = [.. kinds.SelectMany(static k => k.Parameters.Keys.Select(p => $"{k.Name}.{p}"))];
                throw new DlsException(ErrorKind.Usage, $"set parameter '{name}': none of the kinds has it", known.Length > 0
                    ? $"known: {string.Join(", ", known)}"
                    : $"'parameters' of '{Kind.FileOf(kinds[0].Name)}' names none yet; `dls help kind-file` describes it");
            }
        }
    }

    private static (string? Kind, string Name, string Value) ParseSet(string set)
    {
        int equals = set.IndexOf('=', StringComparison.Ordinal);
        int dot = set.IndexOf('.', StringComparison.Ordinal);
        return equals <= 0 ? throw new DlsException(ErrorKind.Usage, $"set '{set}': it is not name=value", "such as --set lr=0.001")
            : dot > 0 && dot < equals
                ? (set[..dot], set[(dot + 1)..equals], set[(equals + 1)..]) : (null, set[..equals], set[(equals + 1)..]);
    }
}
