using System.CommandLine;
using System.CommandLine.Help;
using System.Globalization;
using AtlanticProxy.Host.Cli.Verbs;

namespace AtlanticProxy.Host.Cli;

/// <summary>The verbs of <c>atlanticproxy</c>, and how a run of one ends: 0 done, 1 failed, 2 wrong usage.</summary>
internal static class CommandLine
{
    public const int Done = 0, Failed = 1, WrongUsage = 2;

    /// <summary>Columns of help: those of the narrowest terminal in use.</summary>
    private const int HelpWidth = 80;

    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, TextReader input, TextWriter output, TextWriter error)
    {
        // System.CommandLine speaks the machine's language; the product speaks one.
        CultureInfo.CurrentUICulture = CultureInfo.InvariantCulture;
        var flags = SettingFlags.Extract(arguments, out var rest);
        var common = new CommonOptions(flags, input);
        var parsed = Root(common).Parse(rest);
        if (parsed.Errors.Count > 0)
        {
            // The errors may be of --json itself, so it is looked for as it was written.
            bool json = rest.Contains(common.Json.Name);
            new Terminal(output, error, json)
                .Fail([.. UsageErrors.Of(parsed), .. json ? Array.Empty<string>() : ["Run with --help for how it is used."]]);
            return WrongUsage;
        }
        // Signals are handled by Verb: each ends in its own order, however long that takes.
        return await parsed.InvokeAsync(new InvocationConfiguration
        {
            Output = output, Error = error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null,
        });
    }

    internal static RootCommand Root(CommonOptions common)
    {
        var root = new RootCommand(
            "AtlanticProxy: a proxy business in a box. Every setting is also a flag: --Section:Name VALUE.")
        {
            common.Data, common.Config, common.Json,
            new Serve(common),
            new Verbs.Postgres(common),
            SetupVerbs.All(common),
            new Migrate(common),
            new BackupVerb(common),
            new RestoreVerb(common),
            SecretKeyVerbs.All(common),
            new Doctor(common),
            new Status(common),
            new Verbs.Health(common),
            new Apply(common),
            new Verbs.Usage(common),
            new Connections(common),
            new Reconcile(common),
            AdminVerbs.All(common),
            ProviderVerbs.All(common),
            PoolVerbs.All(common),
            PlanVerbs.All(common),
            CustomerVerbs.All(common),
            ImportVerbs.All(common),
            SignUpVerbs.All(common),
            ProxyUserVerbs.All(common),
            RuleVerbs.All(common),
            SubscriptionVerbs.All(common),
            SubscriptionVerbs.Orders(common),
            MoneyVerbs.Invoices(common),
            MoneyVerbs.Payments(common),
            new MoneyVerbs.RefundVerb(common),
            GatewayVerbs.All(common),
            CouponVerbs.All(common),
            ReferralVerbs.All(common),
            AnnouncementVerbs.All(common),
            MailVerbs.All(common),
            new Verbs.Locations(common),
            new SimulateProvider(common),
            new SimulateGateway(common),
            new Describe(common),
        };
        foreach (var option in root.Options)
            if (option is HelpOption { Action: HelpAction help })
                help.MaxWidth = HelpWidth;
            else if (option is VersionOption)
                option.Validators.Clear(); // It refuses to stand beside other options, --data for example.
        return root;
    }
}
