using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AtlanticProxy.Host.Processes;

namespace AtlanticProxy.Host.Postgres;

/// <summary>The cluster's directory: made once, checked at each start, and entered as the server's own user.</summary>
internal sealed class PostgresCluster(EmbeddedPostgresOptions options)
{
    /// <summary>
    /// Longest path of a Unix socket (sockaddr_un, 108 bytes with its NUL), less PostgreSQL's "/.s.PGSQL.5432.lock".
    /// </summary>
    private const int LongestSocketFolder = 107 - 20;

    /// <summary>The database superuser, and the appliance's only database user.</summary>
    public const string Superuser = "atlantic";

    public string Directory { get; } = Path.GetFullPath(options.Directory);

    /// <summary>The folder that the cluster is in, and its lock.</summary>
    public string Parent => Path.GetDirectoryName(Directory)!;

    public string PidFile => Path.Combine(Directory, "postmaster.pid");

    /// <summary>
    /// Where the server's socket is. Not in the data directory: that may lie too deep for a socket's name, or where the server's
    /// user has no way to. Mode 0700 and owned by the server's user, so that only it and root reach the socket.
    /// </summary>
    public string SocketFolder
    {
        get
        {
            string name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Directory)))[..16];
            string root = options.SocketRoot.Length > 0 ? options.SocketRoot
                : Signal.IsRoot ? "/run/atlanticproxy"
                : string.Create(CultureInfo.InvariantCulture, $"/tmp/atlanticproxy-{Signal.UserId}");
            string folder = Path.Combine(root, name);
            return folder.Length <= LongestSocketFolder
                ? folder
                : throw new StartupException($"{folder} is too long for a socket: set Database:SocketFolder to a shorter path.");
        }
    }

    /// <exception cref="StartupException">It cannot be made.</exception>
    public Task MakeParentAsync(CancellationToken cancel) => MakeFolderAsync(Parent, "0711", owner: null, cancel);

    /// <summary>
    /// Makes the cluster if there is none, and checks that this machine can run it. The caller holds the cluster's lock.
    /// </summary>
    /// <exception cref="StartupException">It cannot.</exception>
    public async Task<PostgresBinaries> PrepareAsync(CancellationToken cancel)
    {
        var binaries = await FindBinariesAsync(cancel);
        CheckFreeSpace(Parent);
        if (ReadMajor() is null)
            await InitializeAsync(binaries, cancel);

        await PostgresAccess.MakeOwnFolderAsync(Path.GetDirectoryName(SocketFolder)!, "0711", cancel);
        await MakeFolderAsync(SocketFolder, "0700", Owner, cancel);
        return binaries;
    }

    /// <exception cref="StartupException">None that fits is installed.</exception>
    public Task<PostgresBinaries> FindBinariesAsync(CancellationToken cancel) =>
        PostgresBinaries.FindAsync(Directory, ReadMajor(), cancel);

    /// <summary>The command that runs the server, for which it writes who gets in.</summary>
    /// <param name="inOwnSession">Whether it leaves ours: the terminal's Ctrl-C is for us, and the database stops last.</param>
    public IReadOnlyList<string> ServerCommand(PostgresBinaries binaries, bool inOwnSession)
    {
        var settings = new Dictionary<string, string>(EmbeddedPostgresOptions.SmallServer)
        {
            ["unix_socket_directories"] = SocketFolder,
        };
        foreach (var (name, value) in PostgresAccess.Write(SocketFolder, Superuser).Concat(options.Settings))
            settings[name] = value;
        return CommandAsOwner(Directory, inOwnSession,
            [binaries.Postgres, "-D", "{DIR}", .. settings.SelectMany(s => new[] { "-c", $"{s.Key}={s.Value}" })]);
    }

    /// <summary>
    /// The command that runs <paramref name="program"/> as the server's user. Each of its steps replaces itself by the next.
    /// <c>{DIR}</c> in its arguments stands for <paramref name="directory"/>.
    /// </summary>
    private IReadOnlyList<string> CommandAsOwner(string directory, bool inOwnSession, params IReadOnlyList<string> program)
    {
        // A user without the right to walk to the directory (it may lie under /root) enters it through a descriptor that we open
        // for it.
        bool walkable = !Signal.IsRoot || IsWalkable(directory);
        string seen = walkable ? directory : "/proc/self/fd/9";
        var command = program.Select(argument => argument.Replace("{DIR}", seen, StringComparison.Ordinal));
        if (Signal.IsRoot)
            command = ["setpriv", $"--reuid={options.User}", $"--regid={options.User}", "--init-groups", "--no-new-privs", "--",
                .. command];
        if (inOwnSession)
            command = ["setsid", .. command];
        return walkable ? [.. command] : ["sh", "-c", "exec 9<\"$0\" && exec \"$@\"", directory, .. command];
    }

    /// <summary>Major version of the cluster; null when there is none.</summary>
    private int? ReadMajor()
    {
        try
        {
            string version = File.ReadAllText(Path.Combine(Directory, "PG_VERSION")).Trim();
            return int.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out int major)
                ? major
                : throw new StartupException(
                    $"{Directory}/PG_VERSION says '{version}', which is no PostgreSQL version this appliance knows: use "
                        + "another data directory.");
        }
        catch (Exception absent) when (absent is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception fault) when (fault is UnauthorizedAccessException or IOException)
        {
            throw new StartupException(
                $"The data directory {Directory} cannot be read ({fault.Message.TrimEnd('.')}): run as its owner, or use "
                    + "another.", fault);
        }
    }

    /// <summary>
    /// initdb into a folder beside, renamed when it is complete: a start that is killed half-way leaves no half-made cluster.
    /// </summary>
    private async Task InitializeAsync(PostgresBinaries binaries, CancellationToken cancel)
    {
        if (System.IO.Directory.Exists(Directory) && System.IO.Directory.EnumerateFileSystemEntries(Directory).Any())
            throw new StartupException(
                $"{Directory} holds files but no database (no PG_VERSION): empty it, or use another data directory.");

        string making = Directory + ".new";
        if (System.IO.Directory.Exists(making))
            System.IO.Directory.Delete(making, recursive: true);
        await MakeFolderAsync(making, "0700", Owner, cancel);

        // C: byte order is the fastest and never changes under an index when glibc is upgraded; C.UTF-8 for character classes, so
        // that lower() knows É.
        List<string> initdb =
        [
            binaries.Initdb, "-D", "{DIR}", $"--username={Superuser}", "--encoding=UTF8", "--locale-provider=libc", "--locale=C",
            "--lc-ctype=C.UTF-8",
            "--data-checksums", "--auth=peer", "--no-instructions",
        ];
        if (options.Settings.TryGetValue("fsync", out string? fsync) && fsync == "off")
            initdb.Add("--no-sync");
        var made = await Tool.RunAsync(CommandAsOwner(making, inOwnSession: true, initdb), cancel);
        if (made.ExitCode != 0)
            throw new StartupException($"The database could not be made in {Directory} ({made.Reason}).");
        if (System.IO.Directory.Exists(Directory))
            System.IO.Directory.Delete(Directory);
        System.IO.Directory.Move(making, Directory);
    }

    private string? Owner => Signal.IsRoot ? options.User : null;

    private static async Task MakeFolderAsync(string folder, string mode, string? owner, CancellationToken cancel)
    {
        if (owner is null && System.IO.Directory.Exists(folder))
            return;
        var made = await Tool.RunAsync(
            ["install", "-d", "-m", mode, .. owner is null ? Array.Empty<string>() : ["-o", owner, "-g", owner], "--", folder],
            cancel);
        if (made.ExitCode == 0)
            return;
        throw new StartupException(made.Error.Contains("invalid user", StringComparison.Ordinal)
            ? $"There is no system user '{owner}' for the database server: apt-get install postgresql, or name another in "
                + "Database:User."
            : Unwritable(folder, made.Reason));
    }

    public static string Unwritable(string folder, string reason) =>
        $"The data directory {folder} cannot be written ({reason}): make it writable, or use another.";

    private void CheckFreeSpace(string folder)
    {
        long free = new DriveInfo(folder).AvailableFreeSpace;
        if (free < options.MinimumFreeBytes)
            throw new StartupException(
                $"The disk of the data directory {folder} is full ({free >> 20} MB free, {options.MinimumFreeBytes >> 20} MB "
                    + "needed): free some space, or use another.");
    }

    private static bool IsWalkable(string directory)
    {
        for (var at = System.IO.Directory.GetParent(directory); at is not null; at = at.Parent)
            if (!at.UnixFileMode.HasFlag(UnixFileMode.OtherExecute))
                return false;
        return true;
    }
}
