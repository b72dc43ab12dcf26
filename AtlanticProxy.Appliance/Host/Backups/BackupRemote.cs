using AtlanticProxy.ControlPlane.Backups;
using AtlanticProxy.Host.Processes;

namespace AtlanticProxy.Host.Backups;

/// <summary>Where backups are copied to, by rclone.</summary>
internal sealed class BackupRemote(BackupOptions options)
{
    /// <summary>What rclone says where one side has no hashes to compare by.</summary>
    private const string WithoutHash = "hashes could not be checked";

    /// <summary>Copies a file there, and compares the copy with it: by hash, or by reading it where there is none.</summary>
    /// <exception cref="StartupException">It could not be copied, or the copy is not the same.</exception>
    public async Task CopyAsync(string file, CancellationToken cancel)
    {
        await RunAsync(["copy", "--checksum", file, options.Remote], cancel);
        string[] check = ["check", "--one-way", "--include", $"/{Path.GetFileName(file)}", Path.GetDirectoryName(file)!,
            options.Remote];
        var compared = await RunAsync(check, cancel);
        if (compared.Error.Contains(WithoutHash, StringComparison.Ordinal))
            await RunAsync([.. check, "--download"], cancel);
    }

    /// <summary>Removes what need not be kept there; nothing that is not a backup of this appliance's.</summary>
    /// <param name="ours">Names of those.</param>
    /// <returns>How many were removed.</returns>
    /// <exception cref="StartupException">rclone could not.</exception>
    public async Task<int> PruneAsync(
        BackupKept kept, IReadOnlySet<string> ours, DateTimeOffset now, CancellationToken cancel)
    {
        var listed = await RunAsync(["lsf", "--files-only", options.Remote], cancel);
        var backups = listed.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(name => (Name: name, Made: BackupName.MadeAt(name)))
            .Where(each => each.Made is not null && ours.Contains(each.Name)).ToList();
        var keep = kept.Of(backups.Select(each => each.Made!.Value), now);
        var old = backups.Where(each => !keep.Contains(each.Made!.Value)).ToList();
        string folder = options.Remote.EndsWith(':') || options.Remote.EndsWith('/') ? options.Remote : $"{options.Remote}/";
        foreach (var (name, _) in old)
            await RunAsync(["deletefile", folder + name], cancel);
        return old.Count;
    }

    private async Task<Tool.Ended> RunAsync(string[] arguments, CancellationToken cancel)
    {
        string[] configuration = options.RcloneConfig.Length > 0 ? ["--config", options.RcloneConfig] : [];
        try
        {
            var ended = await Tool.RunAsync(["rclone", .. configuration, .. arguments], cancel);
            return ended.ExitCode == 0 ? ended : throw new StartupException($"rclone {arguments[0]} failed: {ended.Reason}");
        }
        catch (System.ComponentModel.Win32Exception absent)
        {
            throw new StartupException("rclone is not installed: apt-get install rclone.", absent);
        }
    }
}
