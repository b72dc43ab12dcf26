using AtlanticProxy.Testing;
using AtlanticProxy.Testing.Network;

namespace AtlanticProxy.Packaging.Tests.Machines;

/// <summary>A file system that begins as another one, and whose changes are its own.</summary>
public sealed class Overlay : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("atlantic-machine-").FullName;
    private readonly IReadOnlyList<string> _beneath;

    private Overlay(IReadOnlyList<string> beneath) => _beneath = beneath;

    /// <summary>No other one has it.</summary>
    public string Name => Path.GetFileName(_folder);

    /// <summary>Where it is mounted.</summary>
    public string Root => Path.Combine(_folder, "root");

    private string Changes => Path.Combine(_folder, "changes");

    /// <summary>Over a folder.</summary>
    public static Task<Overlay> OverAsync(string folder) => MountAsync([folder]);

    /// <summary>Over another one, which from now on must not change.</summary>
    public static Task<Overlay> OverAsync(Overlay beneath) => MountAsync([beneath.Changes, .. beneath._beneath]);

    public async ValueTask DisposeAsync()
    {
        await Commands.RunAsync("umount", "--lazy", Root);
        Directory.Delete(_folder, recursive: true);
    }

    private static async Task<Overlay> MountAsync(IReadOnlyList<string> beneath)
    {
        Privileged.ToMakeMachines();
        var overlay = new Overlay(beneath);
        string work = Path.Combine(overlay._folder, "work");
        foreach (string folder in new[] { overlay.Root, overlay.Changes, work })
            Directory.CreateDirectory(folder);
        // A root file system is everybody's to enter; a temporary folder is not.
        File.SetUnixFileMode(overlay.Changes, Commands.Everybodys);
        await Commands.RunAsync("mount", "-t", "overlay", "overlay", "-o",
            $"lowerdir={string.Join(':', beneath)},upperdir={overlay.Changes},workdir={work}", overlay.Root);
        return overlay;
    }
}
