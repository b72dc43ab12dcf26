using AtlanticProxy.Engine.Requests;

namespace AtlanticProxy.ControlPlane.Plans;

/// <summary>What a customer's plan lets them ask for, by the rules of the engine's admission.</summary>
/// <param name="Includes">Everything, without a plan.</param>
/// <param name="PoolId">Null: all providers.</param>
public sealed record CustomerRights(TargetingFields Includes, long? PoolId)
{
    private readonly IReadOnlyList<PlanSummary> _byPrice = [];

    internal CustomerRights(PlanSummary? plan, IEnumerable<PlanSummary> offered)
        : this(plan is null ? TargetingFields.All : TargetingRight.FieldsOf(plan.Includes), plan?.PoolId) =>
            _byPrice = [.. offered.OrderBy(each => each.Price).ThenBy(each => each.Id)];

    public bool Include(TargetingFields fields) => (fields & ~Includes) == 0;

    /// <summary>Name of the cheapest plan on offer that includes <paramref name="fields"/>; null when none does.</summary>
    public string? PlanWith(TargetingFields fields) =>
        _byPrice.FirstOrDefault(plan => (fields & ~TargetingRight.FieldsOf(plan.Includes)) == 0)?.Name;
}
