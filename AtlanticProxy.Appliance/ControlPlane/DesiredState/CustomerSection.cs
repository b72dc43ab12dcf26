using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.Quantities;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.ControlPlane.DesiredState;

/// <summary>What is left out stays as it is.</summary>
/// <param name="Name">Of one that is added.</param>
/// <param name="Plan">Another than the present one is bought as it is sold now; empty is none.</param>
/// <param name="PlanLastDay">As 2027-01-31 (UTC); <c>never</c> for no end.</param>
/// <param name="Password">Of its portal login, when it has none yet.</param>
internal sealed record DesiredCustomer(
    string Email, string? Name = null, string? Plan = null, string? PlanLastDay = null, bool? Suspended = null,
    DesiredSecret? Password = null)
{
    public IReadOnlyList<DesiredProxyUser> ProxyUsers { get; init; } = [];

    /// <summary>Without the password, so that a stray log line cannot leak it.</summary>
    public override string ToString() => Email;
}

internal sealed class CustomerSection(
    CustomerQueries customers, PlanQueries plans, CreateCustomer create, CustomerLogins logins, AssignPlan assign,
    SetPlanEnd setEnd,
    SetCustomerState setState, ProxyUserSection proxyUsers)
{
    private const string NoEnd = "never";

    /// <inheritdoc cref="ProviderSection.Names"/>
    private static readonly Dictionary<string, string> Names = new() { [nameof(AssignPlan.Request.PlanId)] = "plan",
        [nameof(SetPlanEnd.Request.EndsAt)] = "planLastDay" };

    public async Task<Result> ApplyAsync(DesiredCustomer desired, List<string> changes, CancellationToken cancel)
    {
        var customer = await WithPlanAsync(desired, changes, cancel);
        if (!customer.IsSuccess)
            return customer.In(Names);
        long id = customer.Value.Id;
        if (await EndAsync(desired, customer.Value, changes, cancel) is { IsSuccess: false } refusedEnd)
            return refusedEnd.In(Names);
        if (desired.Suspended is { } suspended)
        {
            var set = await setState.ExecuteAsync(new(id, suspended ? CustomerState.Suspended : CustomerState.Active), cancel);
            if (!set.IsSuccess)
                return set;
            if (set.Value)
                changes.Add($"customer {customer.Value.Email}: {(suspended ? "suspended" : "active again")}");
        }
        foreach (var (index, user) in desired.ProxyUsers.Index())
            if (await proxyUsers.ApplyAsync(id, user, changes, cancel) is { IsSuccess: false } refused)
                return refused.At($"proxyUsers[{index}]");
        return Result.Success;
    }

    private async Task<Result<CustomerSummary>> WithPlanAsync(
        DesiredCustomer desired, List<string> changes, CancellationToken cancel)
    {
        long? planId = null;
        if (desired.Plan is { Length: > 0 } planName)
        {
            var plan = await plans.FindByNameAsync(planName, cancel);
            if (!plan.IsSuccess)
                return new Error(ErrorKind.Invalid, "customer.plan_unknown", $"There is no plan '{planName}'.", "plan");
            planId = plan.Value.Id;
        }
        var present = await customers.FindByEmailAsync(desired.Email, cancel);
        if (!present.IsSuccess)
        {
            var added = await create.ExecuteAsync(new(desired.Email, desired.Name ?? "", planId, desired.Password?.Text), cancel);
            if (added.IsSuccess)
                changes.Add($"customer {added.Value.Email}: added");
            return added;
        }
        if (await logins.EnsureAsync(desired, present.Value, changes, cancel) is { IsSuccess: false } noLogin)
            return Result.Failure<CustomerSummary>(noLogin.Errors);
        if (desired.Plan is null || present.Value.PlanId == planId)
            return present;
        if (await assign.ExecuteAsync(new(present.Value.Id, planId), cancel) is { IsSuccess: false } notAssigned)
            return Result.Failure<CustomerSummary>(notAssigned.Errors);
        changes.Add($"customer {present.Value.Email}: {(planId is null ? "no plan" : $"plan {desired.Plan}")}");
        return await customers.FindByEmailAsync(desired.Email, cancel);
    }

    private async Task<Result> EndAsync(
        DesiredCustomer desired, CustomerSummary customer, List<string> changes, CancellationToken cancel)
    {
        if (desired.PlanLastDay is not { } text)
            return Result.Success;
        DateOnly? last = null;
        if (text != NoEnd)
        {
            var day = Figures.Day(text);
            if (!day.IsSuccess)
                return new Error(ErrorKind.Invalid, "customer.plan_end_invalid",
                    $"'{text}' is not a day as 2027-01-31, or {NoEnd}.", "planLastDay");
            last = day.Value;
        }
        var set = await setEnd.ExecuteAsync(SetPlanEnd.Request.Through(customer.Id, last), cancel);
        if (set is { IsSuccess: true, Value: true })
            changes.Add($"customer {customer.Email}: {(last is null ? "plan without end" : $"plan's last day {text}")}");
        return set;
    }
}
