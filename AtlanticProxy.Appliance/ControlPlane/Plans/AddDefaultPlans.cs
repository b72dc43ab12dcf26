using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Engine.Snapshot;

namespace AtlanticProxy.ControlPlane.Plans;

/// <summary>Adds a set of plans to start from. A plan with the same name is left as it is.</summary>
public sealed class AddDefaultPlans(PlanQueries queries, CreatePlan create)
{
    private const long Gb = 1_000_000_000;

    private const long Hour = 60;

    /// <summary>Prices in cents.</summary>
    private static readonly IReadOnlyList<CreatePlan.Request> Catalogue =
    [
        new("Starter", PlanKind.Subscription, 699, "USD", 10 * Gb, Limits: new PlanLimits(PeriodUnit.Week, Seats: 1),
            Offer: new PlanOffer(Deposit: 100, TopUpPrice: 90, Api: false) { Dialects = ClientDialects.Http }),
        new("Pay as you go", PlanKind.Hourly, 120, "USD", Offer: new PlanOffer(Api: false)
        {
            Packages = [new(10 * Hour, 1200), new(25 * Hour, 2700), new(50 * Hour, 5400), new(100 * Hour, 10_200)],
        }),
        new("Personal", PlanKind.Subscription, 2900, "USD", 50 * Gb, Limits: new PlanLimits(Seats: 1),
            Offer: new PlanOffer(TopUpPrice: 80, Pausable: true)),
        new("Team", PlanKind.Subscription, 9900, "USD", 500 * Gb, Limits: new PlanLimits(Seats: 5),
            Offer: new PlanOffer(TopUpPrice: 40, SeatPrice: 900, Pausable: true)),
        new("Enterprise", PlanKind.Subscription, 0, "USD", Offer: new PlanOffer(OnRequest: true)),
    ];

    /// <summary>The value is the names of those that it added.</summary>
    public async Task<Result<IReadOnlyList<string>>> ExecuteAsync(CancellationToken cancellation)
    {
        var added = new List<string>();
        foreach (var plan in Catalogue)
        {
            if ((await queries.FindByNameAsync(plan.Name, cancellation)).IsSuccess)
                continue;
            var made = await create.ExecuteAsync(plan, cancellation);
            if (!made.IsSuccess)
                return Result.Failure<IReadOnlyList<string>>(made.Errors);
            added.Add(plan.Name);
        }
        return added;
    }
}
