using AtlanticProxy.ControlPlane.Health;
using AtlanticProxy.ControlPlane.Health.Alerts;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Web.Languages;
using AtlanticProxy.Web.Shell;
using static AtlanticProxy.Web.Languages.Speaking;

namespace AtlanticProxy.Web.Features.Admin.Health;

/// <summary>Checks in words. One that is not known here (of a newer version on another node) goes by its own name.</summary>
internal static class HealthWords
{
    /// <summary>What each is called, and what to do when it fails.</summary>
    private static readonly Dictionary<string, (Phrase Title, Phrase ToDo)> Known = new(StringComparer.Ordinal)
    {
        ["engine"] = ("Proxy engine", "It is starting or stopping. If it stays so, look at the log of the service."),
        ["event loops"] = ("Event loops", "Find what uses the CPU (run top) and move other work off this machine."),
        ["listeners"] = ("Listeners", "See whether something blocks the port here: a firewall, or another program."),
        ["snapshot"] = ("Settings in the engine", "Fix the database first. Until then the engine uses its last settings."),
        ["providers"] = ("Providers", "Test the providers that are named, and look at their own status pages."),
        ["block lists"] = ("Block lists", "See whether the addresses of the lists can be reached from this server."),
        ["work"] = ("Background work", "Look at the log: what failed is tried again by itself."),
        ["database"] = ("Database", "See whether PostgreSQL runs, and its disk has room."),
        ["schema"] = ("Database schema", "Bring all nodes to the same version."),
        ["database care"] = ("Database care", "Follow the details. PostgreSQL keeps working until its limit is reached."),
        ["journal"] = ("Usage journal",
            "Free disk space and check that the database responds. No usage is lost until the journal is full."),
        ["jobs"] = ("Jobs", "Open the jobs, read why it failed, and run it again."),
        ["ledger"] = ("Ledger proof", "Do not correct balances by hand. Keep your backups and contact support with the details."),
        ["reconciliation"] = ("Reconciliation", "Compare the days that differ with your provider’s statistics."),
        ["payment gateways"] = ("Payment gateways", "Test the gateway on its page: its key may have been withdrawn."),
        ["outbox"] = ("Outbox", "Look at the jobs that send, and at the mail server."),
        ["mail server"] = ("Mail server", "Send a test mail from the mail settings, and read what the server answers."),
        ["names"] = ("Names of providers", "See whether this server’s resolver works (/etc/resolv.conf)."),
        ["certificate"] = ("Certificate", "Open the certificate’s page: it says what the authority answered."),
        ["clock"] = ("Clock", "Install a time service (chrony) on this server and on the database’s."),
        ["disk"] = ("Disk", "Remove old backups and logs, or give the machine a larger disk."),
        ["memory"] = ("Memory", "Find what uses the memory (run top), or add more."),
        ["descriptors"] = ("Files and sockets", "Raise the service’s limit and restart it."),
        ["nodes"] = ("Nodes",
            "Check that the machine and its service are running. A removed node disappears after a day."),
        ["backups"] = ("Backups", "Make a backup now, and read why the last one failed."),
        ["checks"] = ("Check runner", "Restart the appliance."),
    };

    private static readonly Dictionary<string, Phrase> Groups = new(StringComparer.Ordinal)
    {
        ["gateway"] = "Proxy", ["data"] = "Data", ["money"] = "Money", ["outside"] = "Outside", ["machine"] = "Machine",
    };

    /// <summary>In the order of the page.</summary>
    public static IEnumerable<string> GroupNames => Groups.Keys;

    public static string Title(string check) => Known.TryGetValue(check, out var words) ? T[words.Title] : check;

    /// <summary>Null where nothing is known to do.</summary>
    public static string? ToDo(string check) => Known.TryGetValue(check, out var words) ? T[words.ToDo] : null;

    public static string Group(string group) => Groups.TryGetValue(group, out var words) ? T[words] : T["Other"];

    /// <summary>A badge's class, and what stands in it.</summary>
    public static (string Mood, Phrase Words) Of(HealthState state) => state switch
    {
        HealthState.Healthy => ("good", (Phrase)"Healthy"),
        HealthState.Degraded => ("warn", "Degraded"),
        HealthState.Unhealthy => ("bad", "Failing"),
    };

    public static Phrase Of(AlertKind kind) => kind switch
    {
        AlertKind.Mail => (Phrase)"Mail",
        AlertKind.Slack => "Slack",
        AlertKind.PagerDuty => "PagerDuty",
        AlertKind.Telegram => "Telegram",
        AlertKind.Webhook => "Webhook",
    };

    public static Phrase NotesOf(AlertKind kind) => kind switch
    {
        AlertKind.Mail => (Phrase)"Through your mail server, to one or more addresses.",
        AlertKind.Slack => "A channel’s incoming webhook. Also works with Mattermost and Discord (/slack).",
        AlertKind.PagerDuty => "Opens an incident and resolves it when the check recovers.",
        AlertKind.Telegram => "A bot’s message to a chat.",
        AlertKind.Webhook => "JSON to any URL, with your own template.",
    };

    public static Phrase Of(AlertNews news) => news switch
    {
        AlertNews.Failure => (Phrase)"Failure",
        AlertNews.Reminder => "Reminder",
        AlertNews.Restored => "Resolved",
    };

    /// <summary>Of the time that is known; one digit from 90 up, and 100 only for all of it.</summary>
    public static string Share(double? healthy) => healthy switch
    {
        null => "–",
        1 => Format.Percent("100"),
        { } share => Format.Percent((Math.Floor(share * 1000) / 10).ToString("0.0", Language.Current.Culture)),
    };
}
