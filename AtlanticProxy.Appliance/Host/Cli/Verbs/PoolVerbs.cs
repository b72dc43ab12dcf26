using System.CommandLine;
using AtlanticProxy.ControlPlane.Pools;
using AtlanticProxy.ControlPlane.Quantities;
using AtlanticProxy.Engine.Snapshot;

namespace AtlanticProxy.Host.Cli.Verbs;

/// <summary><c>pool add|set|list|remove</c>: which providers a plan's customers go out through.</summary>
internal static class PoolVerbs
{
    public static Command All(CommonOptions common) => new("pool", "Which providers a plan's customers go out through")
    {
        new PoolAdd(common), new PoolSet(common), new PoolList(common),
        new SimpleVerb<PoolSummary>(common, "remove", "Remove a pool that no plan has", Subject.Pool(), (call, pool) =>
            call.DoneAsync(
            call.Get<RemovePool>().ExecuteAsync(new(pool.Id), call.Cancel), pool, $"Removed pool {pool.Name}")),
    };

    /// <summary>All of a pool: <c>[--policy P] --member PROVIDER[:TIER[:WEIGHT]] ...</c>.</summary>
    private sealed class PoolOptions
    {
        private readonly Option<PoolPolicy?> _policy = Values.Choice<PoolPolicy>(
            "--policy", "priority (the default): by tier; weighted: by weight over all tiers; cheapest: by cost");

        private readonly Option<string[]> _members = new("--member")
        {
            Required = true, AllowMultipleArgumentsPerToken = true, HelpName = "PROVIDER[:TIER[:WEIGHT]]",
            Description = "A provider of it; may be repeated. The lowest tier is tried first",
        };

        public PoolOptions() => _members.Validators.Add(given =>
        {
            foreach (var member in given.Tokens)
                if (PoolMemberSettings.Parse(member.Value) is null)
                    given.AddError($"--member: '{member.Value}' is not PROVIDER[:TIER[:WEIGHT]].");
        });

        public IEnumerable<Option> All => [_policy, _members];

        public PoolSettings Read(Call call) =>
            new(call.Value(_policy) ?? PoolPolicy.Priority,
                [.. call.Value(_members)!.Select(member => PoolMemberSettings.Parse(member)!)]);
    }

    /// <summary><c>pool add NAME</c>.</summary>
    private sealed class PoolAdd : DatabaseVerb
    {
        private readonly Argument<string> _name = new("NAME");
        private readonly PoolOptions _options = new();

        public PoolAdd(CommonOptions common) : base(common, "add", "Add a pool of providers that plans can have")
        {
            AddAll(_name);
            AddAll(_options.All);
        }

        protected override Task<int> RunAsync(Call call) => call.DoneAsync(
            call.Get<AddPool>().ExecuteAsync(new(call.Value(_name), _options.Read(call)), call.Cancel), added =>
            added, added => [$"Added pool {added.Name}"]);
    }

    /// <summary><c>pool set NAME</c>.</summary>
    private sealed class PoolSet : SubjectVerb<PoolSummary>
    {
        private readonly PoolOptions _options;

        public PoolSet(CommonOptions common) : this(common, new PoolOptions()) { }

        private PoolSet(CommonOptions common, PoolOptions options)
            : base(common, "set", "Replace a pool's policy and providers", Subject.Pool(), options.All) =>
                _options = options;

        protected override async Task<int> RunAsync(Call call, PoolSummary pool)
        {
            var updated = await call.Get<UpdatePool>().ExecuteAsync(new(pool.Id, _options.Read(call)), call.Cancel);
            if (!updated.IsSuccess)
                return call.Terminal.Fail(updated);
            var now = await call.Get<PoolQueries>().FindAsync(pool.Id, call.Cancel);
            return now.IsSuccess
                ? call.Terminal.Done(now.Value, updated.Value
                    ? $"Changed pool {pool.Name}"
                    : $"No changes: pool {pool.Name} has these settings already")
                : call.Terminal.Fail(now);
        }
    }

    /// <summary><c>pool list</c>.</summary>
    private sealed class PoolList(CommonOptions common) : DatabaseVerb(common, "list", "List pools with their providers")
    {
        protected override async Task<int> RunAsync(Call call) => call.Terminal.List(
            await call.Get<PoolQueries>().ListAsync(call.Cancel),
            ("NAME", p => p.Name), ("POLICY", p => Spelling.Of(p.Policy)),
            ("PROVIDER:TIER:WEIGHT", p => string.Join(' ', p.Members)),
            ("PLANS", p => p.Plans.Count > 0 ? string.Join(", ", p.Plans) : "-"));
    }
}
