using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Quantities;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.ControlPlane.DesiredState;

/// <summary>What is left out stays as it is. The portal shows the password of one that is added.</summary>
/// <param name="Limits">Given, they are all that there is.</param>
/// <param name="AllowIp">Networks that need no password.</param>
/// <param name="Password">Of one that is added; left out, one is generated. The password of one that there is stays.</param>
internal sealed record DesiredProxyUser(
    string Name, bool? Enabled = null, DesiredProxyUserLimits? Limits = null, IReadOnlyList<string>? AllowIp = null,
    DesiredSecret? Password = null);

/// <summary>What is left out is no limit.</summary>
/// <param name="LimitGb">Of its customer's traffic a period.</param>
/// <param name="SpeedMbps">Each direction.</param>
internal sealed record DesiredProxyUserLimits(DataSize? LimitGb = null, int? MaxConnections = null, DataRate? SpeedMbps = null);

internal sealed class ProxyUserSection(
    ProxyUserQueries users, CreateProxyUser create, UpdateProxyUserLimits update, SetProxyUserState setState)
{
    /// <inheritdoc cref="ProviderSection.Names"/>
    private static readonly Dictionary<string, string> Names = new()
    {
        [nameof(ProxyUserLimits.LimitBytes)] = "limits.limitGb",
        [nameof(ProxyUserLimits.MaxConnections)] = "limits.maxConnections",
        [nameof(ProxyUserLimits.SpeedBytesPerSecond)] = "limits.speedMbps", [nameof(ProxyUserLimits.AllowedSources)] = "allowIp",
        [nameof(CreateProxyUser.Request.Secret)] = "password",
    };

    public async Task<Result> ApplyAsync(
        long customerId, DesiredProxyUser desired, List<string> changes, CancellationToken cancel)
    {
        var present = await users.FindByNameAsync(Scope.Staff, desired.Name, cancel);
        long id;
        if (!present.IsSuccess)
        {
            var added = await create.ExecuteAsync(
                new(Scope.Staff, customerId, desired.Name, LimitsOf(desired, new()), desired.Password?.Text), cancel);
            if (!added.IsSuccess)
                return added.In(Names);
            changes.Add($"proxy user {desired.Name}: added");
            id = added.Value.ProxyUserId;
        }
        else if (present.Value.CustomerId != customerId)
            return new Error(ErrorKind.Conflict, "proxy_user.of_another",
                "This proxy user is another customer's: names are unique over the whole service.", "name");
        else
        {
            id = present.Value.Id;
            var now = new ProxyUserLimits(present.Value.MaxConnections, present.Value.SpeedBytesPerSecond,
                present.Value.AllowedSources, present.Value.LimitBytes);
            var wanted = LimitsOf(desired, now);
            var updated = await update.ExecuteAsync(new(Scope.Staff, id, wanted), cancel);
            if (!updated.IsSuccess)
                return updated.In(Names);
            if (updated.Value)
                changes.Add($"proxy user {desired.Name}: changed");
        }
        if (desired.Enabled is not { } enabled)
            return Result.Success;
        var set = await setState.ExecuteAsync(new(Scope.Staff, id, enabled), cancel);
        if (set is { IsSuccess: true, Value: true })
            changes.Add($"proxy user {desired.Name}: {(enabled ? "enabled" : "disabled")}");
        return set;
    }

    private static ProxyUserLimits LimitsOf(DesiredProxyUser desired, ProxyUserLimits present)
    {
        var limits = desired.Limits is { } given
            ? present with
            {
                LimitBytes = given.LimitGb?.Bytes, MaxConnections = given.MaxConnections,
                SpeedBytesPerSecond = given.SpeedMbps?.BytesPerSecond,
            }
            : present;
        return limits with { AllowedSources = desired.AllowIp ?? limits.AllowedSources };
    }
}
