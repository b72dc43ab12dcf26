using AtlanticProxy.Testing;

namespace AtlanticProxy.EndToEnd.Tests.Browser;

/// <summary>A new, empty profile folder for Chromium, removed in the end.</summary>
internal sealed class BrowserProfile : IAsyncDisposable
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("atlantic-browser-").FullName;

    /// <summary>After the browser was told to quit: some of its processes still write while they end.</summary>
    public async ValueTask DisposeAsync() => await Poll.UntilAsync(TryDelete, because: $"Chromium leaves {Folder}");

    private bool TryDelete()
    {
        try
        {
            Directory.Delete(Folder, recursive: true);
            return true;
        }
        catch (IOException)
        {
            return !Directory.Exists(Folder); // not empty again, or something in it went by itself
        }
    }
}
