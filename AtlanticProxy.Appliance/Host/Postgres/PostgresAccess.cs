using AtlanticProxy.Host.Processes;

namespace AtlanticProxy.Host.Postgres;

/// <summary>
/// Who gets into the embedded database: this process's own system user, as the kernel tells PostgreSQL ("peer"), root, who could
/// become that one, and nobody else, whoever may reach the socket. There are no passwords.
/// </summary>
internal static class PostgresAccess
{
    private const UnixFileMode ReadableByTheServer =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private const string Map = "atlantic";

    /// <summary>Writes the files that say so, and answers the settings that name them.</summary>
    /// <param name="folder">The socket's. The server's user owns it, so nothing in it is written through a link.</param>
    public static IEnumerable<KeyValuePair<string, string>> Write(string folder, string databaseUser)
    {
        yield return new("hba_file", Write(folder, "pg_hba.conf", $"local all {databaseUser} peer map={Map}\n"));
        yield return new("ident_file", Write(folder, "pg_ident.conf",
            $"{Map} \"{Environment.UserName}\" {databaseUser}\n{Map} root {databaseUser}\n"));
    }

    /// <summary>
    /// A folder that somebody else could have made, as any in <c>/tmp</c>, is taken only when it is this user's own: a link is
    /// refused, and only the owner can set its mode.
    /// </summary>
    /// <exception cref="StartupException">It is not.</exception>
    public static async Task MakeOwnFolderAsync(string folder, string mode, CancellationToken cancel)
    {
        var made = new DirectoryInfo(folder).LinkTarget is null
            ? await Tool.RunAsync(["install", "-d", "-m", mode, "--", folder], cancel)
            : null;
        if (made is not { ExitCode: 0 })
            throw new StartupException(
                $"{folder}, for the database's socket, is not this user's own ({made?.Reason ?? "it is a link"}): find out whose "
                    + "it is and remove it.");
    }

    private static string Write(string folder, string name, string text)
    {
        string path = Path.Combine(folder, name);
        File.Delete(path);
        using var file = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = ReadableByTheServer,
        });
        file.Write(System.Text.Encoding.UTF8.GetBytes(text));
        return path;
    }
}
