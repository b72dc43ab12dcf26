using System.Security.Cryptography;
using AtlanticProxy.ControlPlane.Secrets;
using AtlanticProxy.Engine.Snapshot;

namespace AtlanticProxy.Host.Serving;

/// <summary>
/// The last snapshot on local disk, for a start without the database. Sealed with the appliance's key, since providers' passwords
/// are in it.
/// </summary>
/// <remarks>Form: <see cref="Magic"/>, <see cref="SnapshotFormat.Version"/> (1 byte), then a box of <see cref="SecretBox"/> that
/// is bound to both.</remarks>
internal sealed class SnapshotFile(string path, SecretBox box)
{
    private static ReadOnlySpan<byte> Magic => "AtlanticSnapshot"u8;

    private static readonly SecretPlace Place = new("snapshot", "version", $"{SnapshotFormat.Version}");

    /// <exception cref="IOException">The disk does not take it; the one before is still there.</exception>
    public void Write(EngineSnapshot snapshot)
    {
        using var plain = new MemoryStream();
        SnapshotFormat.Write(snapshot, plain);
        byte[] sealedBytes = box.Seal(plain.GetBuffer().AsSpan(0, (int)plain.Length), Place);
        CryptographicOperations.ZeroMemory(plain.GetBuffer());
        PrivateFile.Write(path, [.. Magic, SnapshotFormat.Version, .. sealedBytes]);
    }

    /// <exception cref="StartupException">It cannot be read, is damaged, or not one of this appliance's.</exception>
    public EngineSnapshot Read()
    {
        byte[] content;
        try
        {
            content = File.ReadAllBytes(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"The snapshot {path} cannot be read ({fault.Message}).", fault);
        }
        if (!content.AsSpan().StartsWith(Magic) || content.Length == Magic.Length)
            throw new StartupException($"{path} is not a snapshot of AtlanticProxy.");
        if (content[Magic.Length] != SnapshotFormat.Version)
            throw new StartupException($"The snapshot {path} was written by another version of AtlanticProxy.");
        try
        {
            byte[] plain = box.OpenBytes(content.AsSpan(Magic.Length + 1), Place);
            using var stream = new MemoryStream(plain, writable: false);
            var snapshot = SnapshotFormat.Read(stream);
            CryptographicOperations.ZeroMemory(plain);
            return snapshot;
        }
        catch (Exception fault) when (fault is CryptographicException or InvalidDataException)
        {
            throw new StartupException($"The snapshot {path} is damaged, or of an appliance with another key file.", fault);
        }
    }
}
