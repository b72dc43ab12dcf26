using System.CommandLine;
using AtlanticProxy.Host.Cli.Verbs;

namespace AtlanticProxy.Host.Cli;

/// <summary>The verbs of <c>atlanticproxy</c>, and how a run of one ends: 0 done, 1 failed, 2 wrong usage.</summary>
internal static class CommandLine
{
    public const int Done = 0, Failed = 1, WrongUsage = 2;

    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, TextReader input, TextWriter output, TextWriter error)
    {
        var flags = SettingFlags.Extract(arguments, out var rest);
        var parsed = Root(flags, input).Parse(rest);
        if (parsed.Errors.Count > 0)
        {
            foreach (var wrong in parsed.Errors)
                await error.WriteLineAsync(wrong.Message);
            await error.WriteLineAsync("Run with --help for how it is used.");
            return WrongUsage;
        }
        // Signals are handled by Verb: each ends in its own order, however long that takes.
        return await parsed.InvokeAsync(new InvocationConfiguration
        {
            Output = output, Error = error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null,
        });
    }

    private static RootCommand Root(IReadOnlyDictionary<string, string?> flags, TextReader input)
    {
        var common = new CommonOptions(flags, input);
        return new RootCommand("AtlanticProxy: a proxy business in a box. Every setting is also a flag: --Section:Name VALUE.")
        {
            common.Data, common.Config, common.Json,
            new Serve(common),
            new Migrate(common),
            new Doctor(common),
            new Apply(common),
            new Verbs.Usage(common),
            new Connections(common),
            new Reconcile(common),
            new Command("admin", "The reseller's own people") { new AdminCreate(common) },
            new Command("provider", "Where exits come from") { new ProviderAdd(common), new ProviderList(common),
                new ProviderRemove(common), new ProviderTest(common), new ProviderBill(common) },
            new Command("plan", "What customers buy") { new PlanAdd(common), new PlanChange(common), new PlanSet(common),
                new PlanList(common) },
            new Command("pool", "Which providers a plan's customers go out through") { new PoolAdd(common), new PoolSet(common),
                new PoolList(common), new PoolRemove(common) },
            new Command("customer", "Who buys") { new CustomerAdd(common), new CustomerList(common), new CustomerCredit(common),
                new CustomerBalance(common), new CustomerPlanEnd(common), new CustomerChangeIp(common) },
            new Verbs.Locations(common),
            new Command("proxy-user", "Proxy credentials")
            {
                new ProxyUserAdd(common), new ProxyUserChangeIp(common),
                new Command("shadowsocks", "Ways into a proxy user by Shadowsocks") { new ShadowsocksAdd(common),
                    new ShadowsocksList(common), new ShadowsocksRemove(common) },
            },
            new Command("rule", "Where clients may not go") { new RuleAdd(common), new RuleList(common), new RuleRemove(common) },
            new SimulateProvider(common),
        };
    }
}
