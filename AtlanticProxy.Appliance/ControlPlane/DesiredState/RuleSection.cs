using AtlanticProxy.ControlPlane.Destinations;
using AtlanticProxy.ControlPlane.Quantities;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.ControlPlane.DesiredState;

/// <param name="Kind">port, domain, suffix, network or category.</param>
/// <param name="Plan">At most one of plan, customer and proxy user; without any it is for everybody.</param>
/// <param name="Customer">Email.</param>
/// <param name="Note">Left out, it stays.</param>
internal sealed record DesiredRule(
    string Kind, string Value, string? Plan = null, string? Customer = null, string? ProxyUser = null, string? Note = null)
{
    /// <summary>What makes it another rule.</summary>
    public string Name => string.Join(' ', new[] { Kind, Value, Plan, Customer, ProxyUser }.Where(each => each is not null));
}

internal sealed class RuleSection(DestinationRuleQueries rules, AddDestinationRule add, ChangeDestinationRule change)
{
    public async Task<Result> ApplyAsync(DesiredRule desired, List<string> changes, CancellationToken cancel)
    {
        var kind = Spelling.Parse<DestinationRuleKind>(desired.Kind);
        if (!kind.IsSuccess)
            return kind.AboutField("rule.kind_unknown", "kind");
        (RuleScope Scope, string Field, string? Name)[] owners =
        [
            (RuleScope.Plan, "plan", desired.Plan), (RuleScope.Customer, "customer", desired.Customer),
            (RuleScope.ProxyUser, "proxyUser", desired.ProxyUser),
        ];
        var named = owners.Where(owner => owner.Name is not null).DefaultIfEmpty((RuleScope.Everybody, "", null)).ToList();
        if (named.Count > 1)
            return new Error(ErrorKind.Invalid, "rule.many_owners", "Give at most one of plan, customer and proxyUser.");
        var owner = await rules.OwnerAsync(named[0].Scope, named[0].Name, cancel);
        if (!owner.IsSuccess)
            return Result.Failure([owner.Errors[0] with { Field = named[0].Field }]);
        var wanted = new AddDestinationRule.Request(kind.Value, desired.Value, owner.Value, desired.Note ?? "");
        var read = add.Read(wanted);
        if (!read.IsSuccess)
            return Result.Failure([.. read.Errors.Select(Named)]);
        var present = (await rules.ListAsync(cancel)).FirstOrDefault(rule =>
            rule.Kind == read.Value.Kind && rule.Value == read.Value.Value && rule.Scope == named[0].Scope
            && string.Equals(rule.Owner, named[0].Name?.Trim() ?? "", StringComparison.OrdinalIgnoreCase));
        string name = $"rule {Spelling.Of(read.Value.Kind)} {read.Value.Value}";
        if (present is null)
        {
            var added = await add.ExecuteAsync(wanted, cancel);
            if (!added.IsSuccess)
                return Result.Failure([.. added.Errors.Select(Named)]);
            changes.Add($"{name}: added");
            return Result.Success;
        }
        var changed = await change.ExecuteAsync(new(present.Id, wanted with { Note = desired.Note ?? present.Note }), cancel);
        if (!changed.IsSuccess)
            return Result.Failure([.. changed.Errors.Select(Named)]);
        if (changed.Value)
            changes.Add($"{name}: changed");
        return Result.Success;
    }

    private static Error Named(Error error) => error.Field switch
    {
        nameof(AddDestinationRule.Request.Value) => error with { Field = "value" },
        nameof(AddDestinationRule.Request.Note) => error with { Field = "note" },
        _ => error,
    };
}
