using AtlanticProxy.ControlPlane.Database;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Destinations;

/// <summary>Reads destination rules.</summary>
public sealed class DestinationRuleQueries(AtlanticDb db)
{
    /// <summary>All of them, everybody's first. They are few: long lists of names belong into block lists.</summary>
    public async Task<IReadOnlyList<DestinationRuleSummary>> ListAsync(CancellationToken cancellation) =>
        await (from rule in db.DestinationRules
               join user in db.ProxyUsers on rule.ProxyUserId equals user.Id into users
               from user in users.DefaultIfEmpty()
               orderby rule.ProxyUserId != null, user!.Name, rule.Kind, rule.Value
               select new DestinationRuleSummary(rule.Id, user == null ? null : user.Name, rule.Kind, rule.Value, rule.CreatedAt))
            .ToListAsync(cancellation);
}
