using System.Globalization;
using System.Runtime.InteropServices;
using AtlanticProxy.Benchmarks;
using AtlanticProxy.Benchmarks.Billing;
using AtlanticProxy.Benchmarks.Endurance;
using AtlanticProxy.Benchmarks.Load;
using AtlanticProxy.Benchmarks.Peers;
using AtlanticProxy.Benchmarks.Portal;
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
var enduring = new Atlantic(Path.Combine(folder, Row.Endurance), options.Binary, demo: true);
// A connection for each reader, and one more for what it watches; and all of them sign in from one address.
var read = new Atlantic(Path.Combine(folder, Row.Pages), options.Binary, demo: true,
    settings: ["--Portal:MaxConnections", "4096", "--Portal:RequestsPerSecond", "10000", "--Portal:RequestBurst", "10000"]);
// Programs that are not slowed down: what is measured is the appliance, not its limits.
var asked = new Atlantic(Path.Combine(folder, Row.Api), options.Binary, demo: true,
    settings: ["--Portal:ApiRequestsPerSecond", "10000", "--Portal:ApiRequestBurst", "10000"]);
Atlantic[] others = options.Against is { } other ? [new Atlantic(folder, other, "other-build")] : [];
Peer[] peers = [ours, .. others, new Squid(folder), new HaproxyL4(folder), new Tinyproxy(folder)];
try
{
    var rows = new List<Row>();
    bool failed = false;
    EnduranceRun? endurance = null;
    if (options.Includes(Row.Endurance))
    {
        // As it ships: on all cores, a loop for each.
        await enduring.StartAsync(AllCores, load.StubPort);
        endurance = new EnduranceRun(options.Endurance, load, enduring);
        rows.AddRange(await endurance.RunAsync());
        failed = endurance.Failed;
        await enduring.DisposeAsync();
    }
    if (options.Includes(Row.Pages))
    {
        await read.StartAsync(AllCores, load.StubPort);
        var pages = new PageLoad(options.Pages, load, read, read.Data);
        rows.AddRange(await pages.RunAsync());
        failed |= pages.Failed;
        await read.DisposeAsync();
    }
    if (options.Includes(Row.Api))
    {
        await asked.StartAsync(AllCores, load.StubPort);
        var api = new ApiLoad(options.Api, asked, asked.Data);
        rows.AddRange(await api.RunAsync());
        failed |= api.Failed;
        await asked.DisposeAsync();
    }
    if (options.Includes(Row.Renewals))
        rows.AddRange(await RenewalNight.RunAsync(folder, options.Renewals));
    if (options.Compares)
    {
        foreach (var peer in peers)
            await peer.StartAsync(ProxyCore, load.StubPort);
        var comparison = new Comparison(options, folder, load, ours, peers, async loops =>
        {
            var appliance = new Atlantic(folder, options.Binary, loops == 1 ? "one-loop" : $"{loops}-loops", loops);
            await appliance.StartAsync(AllCores, load.StubPort);
            return appliance;
        });
        rows.AddRange(await comparison.RunAsync());
        failed |= comparison.Failures > 0;
    }
    var report = new Report(
        TimeProvider.System.GetUtcNow(), Environment.OSVersion.Version.ToString(), RuntimeInformation.FrameworkDescription,
        options, options.Compares ? peers : [enduring], rows, endurance?.Samples ?? []);
    Console.WriteLine(report.ToMarkdown());
    if (options.JsonFile is { } file)
        await File.WriteAllTextAsync(file, report.ToJson());
    return failed ? 1 : 0;
}
finally
{
    foreach (var peer in (Peer[])[.. peers, enduring, read, asked])
        await peer.DisposeAsync();
    Directory.Delete(folder, recursive: true);
}
