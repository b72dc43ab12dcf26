using System.Security.Cryptography;
using AtlanticProxy.Testing;

namespace AtlanticProxy.Packaging.Tests.Machines;

/// <summary>The root file system of a Debian that nothing was installed on yet. Made once, and kept for the next run.</summary>
public static class BareDebian
{
    private static readonly Lazy<Task<string>> s_made = new(MakeAsync);

    /// <summary>Its folder, which nobody writes to.</summary>
    public static Task<string> FolderAsync() => s_made.Value;

    private static async Task<string> MakeAsync()
    {
        Privileged.ToMakeMachines();
        string script = Path.Combine(AppContext.BaseDirectory, "Machines", "make-debian");
        string key = Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(script)))[..12];
        string home = Path.Combine(Checkout.Root, ".atlantic", "debian"), folder = Path.Combine(home, key);
        if (Directory.Exists(folder))
            return folder;
        if (Directory.Exists(home))
            await Commands.RunAsync("rm", "-rf", home);
        Directory.CreateDirectory(home);
        string draft = folder + ".new";
        await Commands.RunAsync("bash", script, draft);
        Directory.Move(draft, folder);
        return folder;
    }
}
