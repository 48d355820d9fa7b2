namespace DlStore.Web.Writing;

/// <summary>Where pages lie: at addresses of a server, or beside each other in a directory. Null for what is not there.</summary>
internal interface ILinks
{
    /// <summary>Gets a value indicating whether a server answers: forms work, and everything can be asked for.</summary>
    bool IsServed { get; }

    /// <summary>Gives the table of runs, with a query that begins with <c>?</c> or is empty.</summary>
    string Tasks(string query);

    string Task(string task);

    /// <summary>Gives the comparison of runs, each <c>TASK:N</c>.</summary>
    string? Compare(IEnumerable<string> runs);

    string Datasets();

    string? Dataset(string name, string query);

    string Projects();

    string? Project(string name);

    string? Lineage(string word, bool isDown);

    /// <summary>Gets where anything can be looked for.</summary>
    string? LineageSearch { get; }

    string Targets();

    string Store();

    string Asset(string name);

    /// <summary>Gives an object's bytes, for pictures.</summary>
    string? Object(Objects.Oid oid);

    /// <summary>Gives a master of a project, by its path from the top of the work tree.</summary>
    string? Master(string path);

    /// <summary>Gives a file of a directory that pages show.</summary>
    string? File(string dataset, string canvas, string path);
}

/// <summary>Addresses of the server.</summary>
internal sealed class ServedLinks : ILinks
{
    public bool IsServed => true;

    public string Tasks(string query) => "/tasks" + query;

    public string Task(string task) => "/task/" + Escape(task);

    public string? Compare(IEnumerable<string> runs) => "/compare?" + string.Join('&', runs.Select(static r => "t=" + Escape(r)));

    public string Datasets() => "/datasets";

    public string? Dataset(string name, string query) => "/dataset/" + Escape(name) + query;

    public string Projects() => "/projects";

    public string? Project(string name) => "/project/" + Escape(name);

    public string? Lineage(string word, bool isDown) => $"/lineage?x={Escape(word)}{(isDown ? "&down=1" : "")}";

    public string? LineageSearch => "/lineage";

    public string Targets() => "/targets";

    public string Store() => "/store";

    public string Asset(string name) => "/assets/" + name;

    public string? Object(Objects.Oid oid) => "/object/" + oid.ToHex();

    public string? Master(string path) => "/master?path=" + Escape(path);

    public string? File(string dataset, string canvas, string path) =>
        $"/file/{Escape(dataset)}/{Escape(canvas)}?path={Escape(path)}";

    private static string Escape(string text) => Uri.EscapeDataString(text);
}
