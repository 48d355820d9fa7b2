namespace DlStore.Remotes.S3;

/// <summary>What a call does to which file: the subject of its errors, and which right it needs.</summary>
/// <param name="Doing">A verb, such as <c>read</c>.</param>
/// <param name="Name">The file, or a directory that is listed.</param>
internal readonly record struct S3Call(string Doing, string Name)
{
    public static S3Call Read(string name) => new("read", name);

    public static S3Call Send(string name) => new("send", name);

    public static S3Call List(string name) => new("list", name);

    public static S3Call Remove(string name) => new("remove", name);

    public static S3Call Move(string name) => new("move", name);

    /// <summary>Gets the right of AWS's policies that the call needs.</summary>
    public string Right => Doing switch
    {
        "send" => "s3:PutObject and s3:GetObject",
        "list" => "s3:ListBucket",
        "remove" => "s3:DeleteObject",
        "move" => "s3:GetObject, s3:PutObject and s3:DeleteObject",
        _ => "s3:GetObject, and s3:ListBucket, without which a file that is not there looks like a forbidden one",
    };

    /// <summary>Gives what was done to what: <c>read 'x' of remote 'lab'</c>.</summary>
    public string Subject(string remote) => Doing == "send" ? $"send '{Name}' to remote '{remote}'"
        : $"{Doing} '{Name}' of remote '{remote}'";
}
