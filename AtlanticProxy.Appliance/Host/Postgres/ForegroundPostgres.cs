using System.Collections;
using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;

namespace AtlanticProxy.Host.Postgres;

/// <summary>
/// The embedded server in this process's place: what a service manager started becomes the postmaster. That one is then watched,
/// stopped and restarted by the manager, tells it itself that it is ready (Debian's is built with systemd), and no process of
/// ours costs memory beside it.
/// </summary>
internal static partial class ForegroundPostgres
{
    /// <summary>fcntl.h: F_SETFD, with no flag for FD_CLOEXEC.</summary>
    private const int SetDescriptorFlags = 2, NoFlags = 0;

    /// <summary>
    /// Those of its variables that PostgreSQL is to see: with them its children may be ended for lack of memory.
    /// </summary>
    private const string OomVariables = "PG_OOM_";

    /// <summary>Makes the cluster if needed, then becomes its server. Returns only by an exception.</summary>
    /// <exception cref="StartupException">It cannot run here; the message says what to do.</exception>
    /// <exception cref="InUseException">Somebody runs it already.</exception>
    public static async Task BecomeAsync(
        EmbeddedPostgresOptions options, TimeProvider time, ILoggerFactory loggers, CancellationToken cancel)
    {
        var cluster = new PostgresCluster(options);
        await cluster.MakeParentAsync(cancel);
        await using var held = await ClusterLock.TakeAsync(cluster, time, cancel);
        var binaries = await cluster.PrepareAsync(cancel);
        await new OrphanPostgres(cluster, time, loggers.CreateLogger<EmbeddedPostgres>()).ClearAsync(options.StopTimeout, cancel);
        var command = cluster.ServerCommand(binaries, inOwnSession: false);

        // The lock is the server's from now on: its descriptor stays open in what this process becomes.
        _ = DescriptorFlags((int)held.SafeFileHandle.DangerousGetHandle(), SetDescriptorFlags, NoFlags);
        Directory.SetCurrentDirectory("/");
        _ = Execute(command[0], [.. command, null], [.. Variables(), null]);
        throw new StartupException(
            $"{command[0]} could not be run: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}.");
    }

    /// <summary>Ours, but for those that would lead PostgreSQL elsewhere or have it speak another language.</summary>
    private static IEnumerable<string> Variables() => Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
        .Select(variable => (Name: (string)variable.Key, variable.Value))
        .Where(variable => variable.Name != "LC_ALL" && (!variable.Name.StartsWith("PG", StringComparison.Ordinal)
            || variable.Name.StartsWith(OomVariables, StringComparison.Ordinal)))
        .Select(variable => $"{variable.Name}={variable.Value}").Append("LC_ALL=C");

    [LibraryImport("libc", EntryPoint = "execvpe", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Execute(string program, string?[] arguments, string?[] variables);

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int DescriptorFlags(int descriptor, int command, int flags);
}
