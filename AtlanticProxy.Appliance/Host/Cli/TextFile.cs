namespace AtlanticProxy.Host.Cli;

/// <summary>Files that verbs are given.</summary>
internal static class TextFile
{
    /// <param name="file"><c>-</c> is standard input.</param>
    /// <exception cref="StartupException">It cannot be read.</exception>
    public static async Task<string> ReadAsync(string file, TextReader input, CancellationToken cancel)
    {
        try
        {
            return file == "-" ? await input.ReadToEndAsync(cancel) : await File.ReadAllTextAsync(file, cancel);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"{file} cannot be read: {fault.Message}", fault);
        }
    }
}
