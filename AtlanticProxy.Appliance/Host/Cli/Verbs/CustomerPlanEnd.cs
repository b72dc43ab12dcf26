using System.CommandLine;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Quantities;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.Host.Cli.Verbs;

/// <summary><c>customer plan-end EMAIL DAY|now|never</c>: the last day that a customer's plan is good for.</summary>
internal sealed class CustomerPlanEnd : SubjectVerb<CustomerSummary>
{
    private const string Now = "now", Never = "never";

    private readonly Argument<PlanEnd> _end = Values.Argument(
        "DAY", $"The last day (UTC) that it is good for, as 2027-01-31; {Now}, or {Never}",
        text => text is Now or Never ? new PlanEnd(null, text == Now) : Figures.Day(text).Then(day => new PlanEnd(day, false)));

    public CustomerPlanEnd(CommonOptions common)
        : base(common, "plan-end", "Set the last day of a customer's plan; giving the plan again has no end",
            Subject.Customer()) => Add(_end);

    protected override async Task<int> RunAsync(Call call, CustomerSummary customer)
    {
        var (last, now) = call.Value(_end);
        var set = await call.Get<SetPlanEnd>().ExecuteAsync(
            now ? new(customer.Id, call.Get<TimeProvider>().GetUtcNow()) : SetPlanEnd.Request.Through(customer.Id, last),
            call.Cancel);
        if (!set.IsSuccess)
            return call.Terminal.Fail(set);
        return await call.DoneAsync(
            call.Get<CustomerQueries>().FindByEmailAsync(customer.Email, call.Cancel),
            found => new { customer = found.Email, plan = found.PlanName, found.PlanEndsAt, found.PlanEnded },
            found => [!set.Value ? $"No changes: the plan of {found.Email} has this end already"
                : found.PlanEndsAt is not { } end ? $"The plan of {found.Email} has no end"
                : found.PlanEnded ? $"The plan of {found.Email} has ended: its proxy users are refused"
                : $"The plan of {found.Email} ends at {Views.Minute(end)} UTC"]);
    }

    /// <param name="Last">Null for never, unless it is now.</param>
    private readonly record struct PlanEnd(DateOnly? Last, bool Now);
}
