namespace AtlanticProxy.Host.Processes;

/// <summary>
/// Whose a file is: what root makes for the appliance must belong to the appliance's user, or that one could not read it. Other
/// users' files are their own anyway.
/// </summary>
internal static class FileOwner
{
    /// <summary>Gives <paramref name="path"/> to the owner of <paramref name="reference"/>.</summary>
    public static async Task GiveAsync(string path, string reference, CancellationToken cancel)
    {
        if (!Signal.IsRoot)
            return;
        var ended = await Tool.RunAsync(["chown", "--reference", reference, "--", path], cancel);
        if (ended.ExitCode != 0)
            throw new StartupException($"{path} could not be given to the appliance's user: {ended.Reason}");
    }

    /// <summary>Makes a folder that is its owner's alone, if it is not there.</summary>
    public static async Task CreateFolderAsync(string folder, string reference, CancellationToken cancel)
    {
        if (Directory.Exists(folder))
            return;
        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        await GiveAsync(folder, reference, cancel);
    }
}
