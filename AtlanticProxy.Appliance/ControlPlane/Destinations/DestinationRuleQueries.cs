using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.ConnectionLog;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Quantities;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Destinations;

/// <summary>Reads destination rules.</summary>
public sealed class DestinationRuleQueries(
    AtlanticDb db, ProxyUserQueries proxyUsers, CustomerQueries customers, PlanQueries plans, TimeProvider time)
{
    /// <summary>Days of <see cref="DestinationRuleSummary.Hits"/>, and how long hits are kept.</summary>
    public const int HitDays = 7;

    internal static readonly Error NoSuchRule = new(ErrorKind.NotFound, "rule.not_found", "There is no such rule.");

    /// <summary>All of them, everybody's first. They are few: long lists of names belong into block lists.</summary>
    public async Task<IReadOnlyList<DestinationRuleSummary>> ListAsync(CancellationToken cancellation) =>
        await (from rule in Summaries()
               orderby rule.ProxyUserName != null, rule.Customer != null, rule.Plan != null, rule.Plan, rule.Customer,
                   rule.ProxyUserName, rule.Kind, rule.Value
               select rule).ToListAsync(cancellation);

    public async Task<Result<DestinationRuleSummary>> FindAsync(long id, CancellationToken cancellation) =>
        await Summaries().SingleOrDefaultAsync(rule => rule.Id == id, cancellation) is { } found ? found : NoSuchRule;

    /// <summary>Whom a rule is to concern.</summary>
    /// <param name="name">Of the plan or the proxy user, or the customer's email; nothing for everybody.</param>
    public async Task<Result<RuleOwner>> OwnerAsync(RuleScope scope, string? name, CancellationToken cancellation)
    {
        string given = name?.Trim() ?? "";
        switch (scope)
        {
            case RuleScope.Plan:
                var plan = await plans.FindByNameAsync(given, cancellation);
                return plan.IsSuccess ? new RuleOwner(PlanId: plan.Value.Id) : Unknown("No plan has this name.");
            case RuleScope.Customer:
                var customer = await customers.FindByEmailAsync(given, cancellation);
                return customer.IsSuccess
                    ? new RuleOwner(CustomerId: customer.Value.Id)
                    : Unknown("No customer has this email address.");
            case RuleScope.ProxyUser:
                var user = await proxyUsers.FindByNameAsync(Scope.Staff, given, cancellation);
                return user.IsSuccess ? new RuleOwner(user.Value.Id) : Unknown("No proxy user has this name.");
            default:
                return given.Length == 0
                    ? RuleOwner.Everybody
                    : Unknown("Leave this empty for everybody, or choose whose name it is.");
        }
    }

    /// <summary>The rule that refused a proxy user something; null when it is gone, or none of these.</summary>
    /// <param name="reason">As the engine names the rule: of a refusal, or of a check.</param>
    public async Task<DestinationRuleSummary?> DecidingAsync(string proxyUser, string reason, CancellationToken cancellation)
    {
        if (RuleHits.RuleOf(reason) is not var (kind, value))
            return null;
        var user = await proxyUsers.FindByNameAsync(Scope.Staff, proxyUser, cancellation);
        if (!user.IsSuccess)
            return null;
        var customer = await customers.FindAsync(Scope.Staff, user.Value.CustomerId, cancellation);
        // In this order they are asked, and listed.
        return (await ListAsync(cancellation)).FirstOrDefault(rule => Spelling.Of(rule.Kind) == kind && rule.Value == value
            && rule.Scope switch
            {
                RuleScope.Everybody => true,
                RuleScope.Plan => rule.Plan == customer.Value.PlanName,
                RuleScope.Customer => rule.Customer == customer.Value.Email,
                RuleScope.ProxyUser => rule.ProxyUserName == proxyUser,
            });
    }

    private IQueryable<DestinationRuleSummary> Summaries()
    {
        var since = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime).AddDays(-HitDays);
        return from rule in db.DestinationRules
               from user in db.ProxyUsers.LeftJoin(user => user.Id == rule.ProxyUserId)
               from customer in db.AllCustomers.LeftJoin(customer => customer.Id == rule.CustomerId)
               from plan in db.Plans.LeftJoin(plan => plan.Id == rule.PlanId)
               select new DestinationRuleSummary(
                   rule.Id, user!.Name, customer!.Email, plan!.Name, rule.Kind, rule.Value, rule.Note,
                   db.DestinationRuleHits.Where(hits => hits.RuleId == rule.Id && hits.Day >= since).Sum(hits => (long?)hits.Hits)
                       ?? 0,
                   rule.CreatedAt);
    }

    private static Error Unknown(Phrase words) => new(ErrorKind.Invalid, "rule.owner_unknown", words, "Owner");
}
