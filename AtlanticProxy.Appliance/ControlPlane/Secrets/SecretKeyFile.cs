using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace AtlanticProxy.ControlPlane.Secrets;

/// <summary>The file that holds the secret box's key: 64 hex digits, readable by its owner only.</summary>
public static partial class SecretKeyFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>
    /// Different bytes among its 32. Random keys have 30 on average, and practically never fewer than 16; typed ones rarely do.
    /// </summary>
    private const int LeastDistinct = 16;

    /// <summary>EEXIST, errno(3).</summary>
    private const int Exists = 17;

    private const UnixFileMode OthersToo = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead
        | UnixFileMode.OtherWrite;

    /// <summary>Reads the key; the first time ever, makes it. Two processes that start at once get the same.</summary>
    /// <exception cref="SecretKeyException">Others can read the file, or it holds no key. The message says what to
    /// do.</exception>
    /// <exception cref="IOException">The folder cannot be written, or its file system knows no hard links.</exception>
    public static byte[] LoadOrCreate(string path)
    {
        if (!File.Exists(path))
            Create(path);
        return Load(path);
    }

    private static void Create(string path)
    {
        // Written whole under another name first: a crash in between must not leave half a key where the key should be.
        string draft = $"{path}.{Guid.CreateVersion7():n}";
        using (var file = new FileStream(draft, new FileStreamOptions
        {
            Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly,
        }))
        {
            file.Write(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SecretBox.KeySize)).Select(c => (byte)c)
                .ToArray());
            file.Flush(flushToDisk: true);
        }
        // Not File.Move: without overwriting, it looks and then renames, and of two processes between the two steps the second
        // one's key wins after the first has used its own.
        bool first = Link(draft, path) == 0;
        int error = Marshal.GetLastPInvokeError();
        File.Delete(draft);
        if (!first && error != Exists)
            throw new IOException($"The key file {path} could not be made: {new Win32Exception(error).Message}.");
    }

    private static byte[] Load(string path)
    {
        if ((File.GetUnixFileMode(path) & OthersToo) != 0)
            throw new SecretKeyException($"The key file {path} can be read by others than its owner: chmod 600 it.");
        string text = File.ReadAllText(path).Trim();
        if (text.Length != 2 * SecretBox.KeySize || !text.All(char.IsAsciiHexDigit))
            throw new SecretKeyException(
                $"The key file {path} does not hold a key ({2 * SecretBox.KeySize} hex digits): restore it from your backup.");
        byte[] key = Convert.FromHexString(text);
        if (key.Distinct().Count() < LeastDistinct)
            throw new SecretKeyException(
                $"The key file {path} does not hold a random key: make one with 'openssl rand -hex 32'.");
        return key;
    }

    /// <summary>link(2): fails when <paramref name="newPath"/> exists, in one step.</summary>
    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string oldPath, string newPath);
}
