using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.ControlPlane.Customers;

/// <summary>Gives a customer a plan with its end, or takes it away: both, or nothing.</summary>
public sealed class SetCustomerPlan(AtlanticDb db, CustomerQueries customers, AssignPlan assign, SetPlanEnd end)
{
    /// <param name="PlanId">Null for none.</param>
    /// <param name="EndsAt">Null for no end.</param>
    public sealed record Request(long CustomerId, long? PlanId, DateTimeOffset? EndsAt);

    public Task<Result> ExecuteAsync(Request request, CancellationToken cancellation) => db.TogetherAsync(async () =>
    {
        var present = await customers.FindAsync(Scope.Staff, request.CustomerId, cancellation);
        if (!present.IsSuccess)
            return present;
        // The plan that it has already is not given anew: that would begin its traffic again.
        if (present.Value.PlanId != request.PlanId
            && await assign.ExecuteAsync(new(request.CustomerId, request.PlanId), cancellation) is { IsSuccess: false } refused)
            return refused;
        return (Result)await end.ExecuteAsync(new(request.CustomerId, request.EndsAt), cancellation);
    }, cancellation);
}
