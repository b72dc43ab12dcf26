using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.ControlPlane.DesiredState;

/// <summary>
/// What <c>apply</c> is given: a section that is absent is left alone, and so is whatever a section does not name.
/// </summary>
internal sealed record DesiredStateDocument
{
    public DesiredSite? Site { get; init; }

    public IReadOnlyList<DesiredStaff> Staff { get; init; } = [];

    public DesiredSeller? Seller { get; init; }

    public IReadOnlyList<DesiredTaxRate> TaxRates { get; init; } = [];

    public DesiredMail? Mail { get; init; }

    public DesiredReferrals? Referrals { get; init; }

    public IReadOnlyList<DesiredGateway> Gateways { get; init; } = [];

    public IReadOnlyList<DesiredCoupon> Coupons { get; init; } = [];

    public IReadOnlyList<DesiredProvider> Providers { get; init; } = [];

    public IReadOnlyList<DesiredPool> Pools { get; init; } = [];

    public IReadOnlyList<DesiredPlan> Plans { get; init; } = [];

    public IReadOnlyList<DesiredCustomer> Customers { get; init; } = [];

    public IReadOnlyList<DesiredRule> Rules { get; init; } = [];

    /// <summary>What is named twice: one of the two would be lost. Names count in any case.</summary>
    public Result RequireDistinctNames()
    {
        var users = Customers.SelectMany((customer, i) =>
            customer.ProxyUsers.Select((user, j) => (user.Name, Place: $"customers[{i}].proxyUsers[{j}].name")));
        Error[] errors =
        [
            .. Repeated(Staff.Select((person, i) => (person.Email, $"staff[{i}].email"))),
            .. Repeated(TaxRates.Select((rate, i) => (rate.Country, $"taxRates[{i}].country"))),
            .. Repeated(Gateways.Select((gateway, i) => (gateway.Name, $"gateways[{i}].name"))),
            .. Repeated(Coupons.Select((coupon, i) => (coupon.Code, $"coupons[{i}].code"))),
            .. Repeated(Providers.Select((provider, i) => (provider.Name, $"providers[{i}].name"))),
            .. Repeated(Pools.Select((pool, i) => (pool.Name, $"pools[{i}].name"))),
            .. Repeated(Plans.Select((plan, i) => (plan.Name, $"plans[{i}].name"))),
            .. Repeated(Customers.Select((customer, i) => (customer.Email, $"customers[{i}].email"))),
            .. Repeated(users),
            .. Repeated(Rules.Select((rule, i) => (rule.Name, $"rules[{i}]"))),
        ];
        return errors.Length == 0 ? Result.Success : Result.Failure(errors);
    }

    private static IEnumerable<Error> Repeated(IEnumerable<(string Name, string Place)> named) => named
        .GroupBy(entry => entry.Name.Trim(), StringComparer.OrdinalIgnoreCase)
        .SelectMany(group => group.Skip(1), (group, entry) => new Error(
            ErrorKind.Invalid, "document.repeated", $"{entry.Place}: '{entry.Name}' is there already, at {group.First().Place}.",
            entry.Place));
}
