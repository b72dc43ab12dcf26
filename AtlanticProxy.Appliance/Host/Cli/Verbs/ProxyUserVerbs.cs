using System.CommandLine;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Quantities;

namespace AtlanticProxy.Host.Cli.Verbs;

/// <summary><c>proxy-user add|set|show|list|enable|disable|rotate|remove|change-ip|shadowsocks</c>: proxy credentials.</summary>
internal static class ProxyUserVerbs
{
    public static Command All(CommonOptions common) => new("proxy-user", "Proxy credentials")
    {
        new ProxyUserAdd(common), new ProxyUserSet(common), new ProxyUserList(common),
        new SimpleVerb<ProxyUserSummary>(common, "show", "Show a proxy user, without its password", Subject.ProxyUser(),
            (call, user) =>
            Task.FromResult(call.Terminal.Done(Views.Of(user), Lines(user)))),
        SetState(common, "enable", "Let a proxy user connect again", enabled: true),
        SetState(common, "disable", "Refuse a proxy user, and cut its tunnels", enabled: false),
        new SimpleVerb<ProxyUserSummary>(common, "rotate", "Give a proxy user a new password and show it", Subject.ProxyUser(),
            (call, user) => call.DoneAsync(
            call.Get<RotateProxyUserSecret>().ExecuteAsync(new(Scope.Staff, user.Id), call.Cancel),
            made => new { id = made.ProxyUserId, username = made.Name, password = made.Secret },
            made => [$"{made.Name} has the new password {made.Secret}"])),
        new SimpleVerb<ProxyUserSummary>(common, "remove", "Remove a proxy user; its usage stays with the customer",
            Subject.ProxyUser(), (call, user) => call.DoneAsync(
            call.Get<DeleteProxyUser>().ExecuteAsync(new(Scope.Staff, user.Id), call.Cancel), Views.Of(user),
            $"Removed proxy user {user.Name}")),
        ChangeIp(common), ShadowsocksVerbs.All(common),
    };

    private static SimpleVerb<ProxyUserSummary> SetState(CommonOptions common, string verb, string description, bool enabled) =>
        new(common, verb, description, Subject.ProxyUser(), (call, user) => call.ChangedAsync(
            call.Get<SetProxyUserState>().ExecuteAsync(new(Scope.Staff, user.Id, enabled), call.Cancel),
            async () => Views.Of((await call.Get<ProxyUserQueries>().FindAsync(Scope.Staff, user.Id, call.Cancel)).Value),
            $"proxy user {user.Name}", Views.StateOf(enabled)));

    private static SimpleVerb<ProxyUserSummary> ChangeIp(CommonOptions common)
    {
        var session = new Option<string?>("--session") { HelpName = "S",
            Description = "Only this session, as the client names it" };
        return new(common, "change-ip", "Give a proxy user's sessions other exits", Subject.ProxyUser(), (call, user) =>
        {
            string? only = call.Value(session);
            return call.DoneAsync(
                call.Get<ChangeProxyUserExits>().ExecuteAsync(new(Scope.Staff, user.Id, only), call.Cancel),
                new { proxyUser = user.Name, session = only },
                only is null
                    ? $"All sessions of {user.Name} get other exits"
                    : $"Session {only} of {user.Name} gets another exit");
        }, session);
    }

    private static IEnumerable<string> Lines(ProxyUserSummary user) =>
    [
        $"Name:            {user.Name}",
        $"Customer:        {user.CustomerEmail}",
        $"State:           {Views.StateOf(user.Enabled)}",
        $"Served:          {Views.ServedOf(user.Standing)}",
        $"Since:           {Views.Day(user.CreatedAt)}",
        $"Limit, GB:       {Views.Gb(user.LimitBytes)}",
        $"Max connections: {(user.MaxConnections is { } most ? Views.Count(most) : "-")}",
        $"Speed:           {SpeedOf(user)}",
        $"Allowed IPs:     {(user.AllowedSources.Count > 0 ? string.Join(", ", user.AllowedSources) : "-")}",
    ];

    private static string SpeedOf(ProxyUserSummary user) => user.SpeedBytesPerSecond is { } speed
        ? new DataRate(speed).ToString()
        : "-";

    /// <summary>What a proxy user may take. What is left out stays as it is.</summary>
    private sealed class LimitOptions
    {
        private readonly Option<Limit<DataSize>?> _limit = Values.SizeLimit("--limit-gb",
            "Most of the customer's traffic a period that it may use: 0.5, or 500MB");
        private readonly Option<Limit<int>?> _connections = Values.CountLimit("--max-connections", "Connections at a time");
        private readonly Option<Limit<DataRate>?> _speed = Values.RateLimit("--speed-mbps", "Each direction, such as 0.5");
        private readonly Option<string[]> _allowed = new("--allow-ip")
        {
            HelpName = "CIDR",
            Description = "Network that needs no password; may be repeated. They replace the present ones; \"\" for none",
        };

        public IEnumerable<Option> All => [_limit, _connections, _speed, _allowed];

        public ProxyUserLimits Read(Call call, ProxyUserLimits present) => new(
            call.Value(_connections) is { } most ? most.Value : present.MaxConnections,
            call.Value(_speed) is { } speed ? speed.Value?.BytesPerSecond : present.SpeedBytesPerSecond,
            call.Value(_allowed) is { Length: > 0 } allowed
                ? [.. allowed.Where(network => network.Length > 0)]
                : present.AllowedSources,
            call.Value(_limit) is { } limit ? limit.Value?.Bytes : present.LimitBytes);
    }

    /// <summary><c>proxy-user add CUSTOMER NAME [limits]</c>: prints its secret.</summary>
    private sealed class ProxyUserAdd : DatabaseVerb
    {
        private readonly Argument<string> _customer = new("CUSTOMER") { Description = "The customer's email address" };
        private readonly Argument<string> _name = new("NAME") { Description = "3 to 32 small letters and digits" };
        private readonly LimitOptions _limits = new();

        public ProxyUserAdd(CommonOptions common)
            : base(common, "add", "Add proxy credentials to a customer and show their secret")
        {
            AddAll(_customer, _name);
            AddAll(_limits.All);
        }

        protected override async Task<int> RunAsync(Call call)
        {
            var customer = await call.Get<CustomerQueries>().FindByEmailAsync(call.Value(_customer), call.Cancel);
            return customer.IsSuccess
                ? await call.DoneAsync(
                    call.Get<CreateProxyUser>()
                        .ExecuteAsync(new(Scope.Staff, customer.Value.Id, call.Value(_name), _limits.Read(call, new())),
                            call.Cancel),
                    made => new { id = made.ProxyUserId, username = made.Name, password = made.Secret },
                    made => [$"Created {made.Name} with password {made.Secret}"])
                : call.Terminal.Fail(customer);
        }
    }

    /// <summary><c>proxy-user set NAME [limits]</c>.</summary>
    private sealed class ProxyUserSet : SubjectVerb<ProxyUserSummary>
    {
        private readonly LimitOptions _limits;

        public ProxyUserSet(CommonOptions common) : this(common, new LimitOptions()) { }

        private ProxyUserSet(CommonOptions common, LimitOptions limits)
            : base(common, "set", "Change a proxy user's limits; what is left out stays", Subject.ProxyUser(), limits.All) =>
                _limits = limits;

        protected override async Task<int> RunAsync(Call call, ProxyUserSummary user)
        {
            var present = new ProxyUserLimits(user.MaxConnections, user.SpeedBytesPerSecond, user.AllowedSources,
                user.LimitBytes);
            var updated = await call.Get<UpdateProxyUserLimits>()
                .ExecuteAsync(new(Scope.Staff, user.Id, _limits.Read(call, present)), call.Cancel);
            if (!updated.IsSuccess)
                return call.Terminal.Fail(updated);
            return await call.DoneAsync(
                call.Get<ProxyUserQueries>().FindAsync(Scope.Staff, user.Id, call.Cancel), Views.Of,
                now => [updated.Value
                    ? $"Changed proxy user {now.Name}"
                    : $"No changes: proxy user {now.Name} has these settings already"]);
        }
    }

    /// <summary><c>proxy-user list [CUSTOMER] [--search S]</c>.</summary>
    private sealed class ProxyUserList : DatabaseVerb
    {
        private readonly Argument<string?> _customer = new("CUSTOMER") { Arity = ArgumentArity.ZeroOrOne,
            Description = "Only this customer's, by its email address" };
        private readonly Option<string?> _search = new("--search") { HelpName = "TEXT",
            Description = "Part of the name or of the customer's email address" };

        public ProxyUserList(CommonOptions common) : base(common, "list", "List proxy users") => AddAll(_customer, _search);

        protected override async Task<int> RunAsync(Call call)
        {
            long? customerId = null;
            if (call.Parsed.GetValue(_customer) is { } email)
            {
                var customer = await call.Get<CustomerQueries>().FindByEmailAsync(email, call.Cancel);
                if (!customer.IsSuccess)
                    return call.Terminal.Fail(customer);
                customerId = customer.Value.Id;
            }
            var queries = call.Get<ProxyUserQueries>();
            var users = await Pages.AllAsync(page =>
                queries.ListAsync(Scope.Staff, page, call.Cancel, customerId), call.Value(_search));
            return call.Terminal.List(users, user => Views.Of(user),
                ("NAME", u => u.Name), ("CUSTOMER", u => u.CustomerEmail), ("STATE", u => Views.StateOf(u.Enabled)),
                ("SERVED", u => Views.ServedOf(u.Standing)),
                ("LIMIT GB", u => Views.Gb(u.LimitBytes)),
                ("CONNECTIONS", u => u.MaxConnections is { } most ? Views.Count(most) : "-"), ("SPEED", SpeedOf),
                ("ALLOWED IPS", u => u.AllowedSources.Count > 0 ? string.Join(",", u.AllowedSources) : "-"));
        }
    }
}
