namespace DlStore.Web.Writing;

/// <summary>Where pages lie: at addresses of a server, or beside each other in a directory. Null for what is not there.</summary>
internal interface ILinks
{
    /// <summary>Gets a value indicating whether a server answers: forms work, and everything can be asked for.</summary>
    bool IsServed { get; }

    /// <summary>Gets a value indicating whether there are other pages to lead to.</summary>
    bool HasOthers { get; }

    /// <summary>Gives the table of runs, with a query that begins with <c>?</c> or is empty.</summary>
    string Tasks(string query);

    /// <summary>Gives a task, or one of its attempts.</summary>
    string Task(string task, long? n = null);

    string Datasets();

    /// <summary>Gives a version of a data set: by name, or any text that names one, at a canvas.</summary>
    string? Dataset(string version, string? canvas = null);

    /// <summary>Gives a data set with a query that begins with <c>?</c>; only where a server answers.</summary>
    string DatasetQuery(string version, string query);

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

    public bool HasOthers => true;

    public string Tasks(string query) => "/tasks" + query;

    public string Task(string task, long? n = null) => "/task/" + Escape(task) + (n is null ? "" : $"?n={n}");

    public string Datasets() => "/datasets";

    public string? Dataset(string version, string? canvas = null) =>
        "/dataset/" + Escape(version) + (canvas is null ? "" : "?canvas=" + Escape(canvas));

    public string DatasetQuery(string version, string query) => "/dataset/" + Escape(version) + query;

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
