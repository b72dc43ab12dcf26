using System.Diagnostics;

namespace AtlanticProxy.Testing;

/// <summary>A file system of its own that a test can fill: ENOSPC. Needs root.</summary>
public sealed class TinyDisk : IDisposable
{
    private readonly string _filler;

    /// <param name="size">As <c>mount</c> takes it: <c>512k</c>.</param>
    public TinyDisk(string size)
    {
        Privilege.ToMountAFileSystem();
        Folder = Directory.CreateTempSubdirectory("atlantic-disk-").FullName;
        _filler = Path.Combine(Folder, "filler");
        Run("mount", "-t", "tmpfs", "-o", $"size={size},mode=700", "tmpfs", Folder);
    }

    public string Folder { get; }

    /// <summary>Takes all the room that is left.</summary>
    public void Fill()
    {
        using var file = new FileStream(_filler, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        byte[] page = new byte[4096];
        try
        {
            while (true)
                file.Write(page);
        }
        catch (IOException)
        {
            // Full.
        }
    }

    /// <summary>Takes as many bytes of the room.</summary>
    public void Fill(int bytes) => File.WriteAllBytes(_filler, new byte[bytes]);

    public void Free() => File.Delete(_filler);

    public void Dispose()
    {
        Run("umount", Folder);
        Directory.Delete(Folder);
    }

    private static void Run(params string[] command)
    {
        using var process = Process.Start(new ProcessStartInfo(command[0], command[1..]))!;
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{string.Join(' ', command)} failed.");
    }
}
