using System.Text;

namespace AtlanticProxy.Host.Cli;

/// <summary>Files that verbs are given.</summary>
internal static class TextFile
{
    /// <param name="file"><c>-</c> is standard input.</param>
    /// <exception cref="StartupException">It cannot be read.</exception>
    public static Task<string> ReadAsync(string file, TextReader input, CancellationToken cancel) =>
        ReadAsync(file, () => file == "-" ? input.ReadToEndAsync(cancel) : File.ReadAllTextAsync(file, cancel));

    /// <summary>As it is, whatever its encoding; what comes by standard input is in UTF-8.</summary>
    /// <inheritdoc cref="ReadAsync(string, TextReader, CancellationToken)"/>
    public static Task<byte[]> ReadBytesAsync(string file, TextReader input, CancellationToken cancel) =>
        ReadAsync(file, async () => file == "-"
            ? Encoding.UTF8.GetBytes(await input.ReadToEndAsync(cancel))
            : await File.ReadAllBytesAsync(file, cancel));

    private static async Task<T> ReadAsync<T>(string file, Func<Task<T>> read)
    {
        try
        {
            return await read();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"{file} cannot be read: {fault.Message}", fault);
        }
    }
}
