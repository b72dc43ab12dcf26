namespace AtlanticProxy.Host.Serving;

/// <summary>Files that hold secrets: mode 0600, and whole or not there at all, after a loss of power too.</summary>
internal static class PrivateFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public static void Write(string file, ReadOnlySpan<byte> content)
    {
        string draft = file + ".new";
        File.Delete(draft);
        using (var stream = new FileStream(draft,
            new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly }))
        {
            stream.Write(content);
            stream.Flush(flushToDisk: true);
        }
        File.Move(draft, file, overwrite: true);
    }
}
