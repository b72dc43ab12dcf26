using System.Globalization;
using System.Runtime.InteropServices;
using AtlanticProxy.Benchmarks;
using AtlanticProxy.Benchmarks.Load;
using AtlanticProxy.Benchmarks.Peers;
using AtlanticProxy.Benchmarks.Processes;

CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args is ["load"])
    return await LoadHost.RunAsync();
if (BenchmarkOptions.Parse(args) is not { } options)
{
    Console.Error.WriteLine(BenchmarkOptions.Usage);
    return 2;
}
if (Environment.ProcessorCount < 2)
{
    Console.Error.WriteLine("The benchmark needs two cores: one for the proxy under test, one for the load.");
    return 1;
}

const string ProxyCore = "0", LoadCore = "1", AllCores = "0,1";
string folder = Directory.CreateTempSubdirectory("atlantic-bench-").FullName;
// PostgreSQL and Squid give up root, and must still reach their folders.
File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
using var priority = Priority.Raise();
await using var load = await LoadProcess.StartAsync(LoadCore);
var ours = new Atlantic(folder, options.Binary);
Peer[] peers = [ours, new Squid(folder), new HaproxyL4(folder), new Tinyproxy(folder)];
try
{
    foreach (var peer in peers)
        await peer.StartAsync(ProxyCore, load.StubPort);
    var comparison = new Comparison(options, folder, load, ours, peers, async loops =>
    {
        var appliance = new Atlantic(folder, options.Binary, loops == 1 ? "one-loop" : $"{loops}-loops", loops);
        await appliance.StartAsync(AllCores, load.StubPort);
        return appliance;
    });
    var rows = await comparison.RunAsync();
    var report = new Report(TimeProvider.System.GetUtcNow(), Environment.OSVersion.Version.ToString(), RuntimeInformation.FrameworkDescription, options, peers, rows);
    Console.WriteLine(report.ToMarkdown());
    if (options.JsonFile is { } file)
        await File.WriteAllTextAsync(file, report.ToJson());
    return comparison.Failures == 0 ? 0 : 1;
}
finally
{
    foreach (var peer in peers)
        await peer.DisposeAsync();
    Directory.Delete(folder, recursive: true);
}
