using AtlanticProxy.Testing;
using AtlanticProxy.Testing.Network;

namespace AtlanticProxy.EndToEnd.Tests.RealClients;

/// <summary>Where a program is saved and run, with the packages of Node beside it.</summary>
internal sealed class SampleFolder : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("atlantic-sample-").FullName;

    public SampleFolder() =>
        Directory.CreateSymbolicLink(Path.Combine(_path, "node_modules"), Path.Combine(Checkout.Clients, "node_modules"));

    public Task SaveAsync(string name, string text) => File.WriteAllTextAsync(Path.Combine(_path, name), text);

    /// <summary>Runs a command here, which succeeds; what it wrote.</summary>
    public async Task<string> RunAsync(params string[] command)
    {
        var result = await Tool.RunAsync("sh", ["-c", "cd \"$0\" && exec \"$@\"", _path, .. command]);
        Assert.AreEqual(0, result.ExitCode, $"{result}");
        return result.Text;
    }

    /// <summary>Runs a program that fetches the page of exits, which has to be asked from Germany.</summary>
    public async Task FetchAsync(params string[] command)
    {
        string text = await RunAsync(command);
        StringAssert.Contains(text, "\"country\":\"DE\"");
    }

    public void Dispose() => Directory.Delete(_path, recursive: true);
}
