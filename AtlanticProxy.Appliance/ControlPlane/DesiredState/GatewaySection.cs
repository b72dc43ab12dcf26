using AtlanticProxy.ControlPlane.Payments;
using AtlanticProxy.ControlPlane.Quantities;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.ControlPlane.DesiredState;

/// <param name="Name">As customers see it.</param>
/// <param name="Kind">paystack, stripe, btcpay or bank.</param>
/// <param name="Currencies">What it takes: ISO 4217.</param>
/// <param name="ApiKey">Left out: the present one stays.</param>
/// <param name="WebhookSecret">Left out: the present one stays.</param>
/// <param name="Url">Of a BTCPay Server; of others a stand-in's, for trials.</param>
/// <param name="Store">Of BTCPay: the store's id.</param>
/// <param name="Instructions">Of banks: where to transfer to.</param>
internal sealed record DesiredGateway(
    string Name, string Kind, IReadOnlyList<string> Currencies, DesiredSecret? ApiKey = null, DesiredSecret? WebhookSecret = null,
    string Url = "", string Store = "", string Instructions = "", bool Enabled = true)
{
    /// <summary>Without the secrets, so that a stray log line cannot leak them.</summary>
    public override string ToString() => Name;

    public GatewaySettings ToSettings() =>
        new(Currencies, ApiKey?.Text, WebhookSecret?.Text, Url, Store, Instructions);
}

internal sealed class GatewaySection(PaymentQueries payments, AddGateway add, UpdateGateway update, SetGatewayState setState)
{
    /// <inheritdoc cref="ProviderSection.Names"/>
    private static readonly Dictionary<string, string> Names = new() { [nameof(GatewaySettings.BaseUrl)] = "url" };

    public async Task<Result> ApplyAsync(DesiredGateway desired, List<string> changes, CancellationToken cancel)
    {
        var kind = Spelling.Parse<GatewayKind>(desired.Kind);
        if (!kind.IsSuccess)
            return kind.AboutField("gateway.kind_unknown", nameof(desired.Kind));
        var present = await payments.FindGatewayAsync(desired.Name, cancel);
        if (!present.IsSuccess)
        {
            present = await add.ExecuteAsync(new(kind.Value, desired.Name, desired.ToSettings()), cancel);
            if (!present.IsSuccess)
                return present.In(Names);
            changes.Add($"gateway {present.Value.Name}: added");
        }
        else if (present.Value.Kind != kind.Value)
            return new Error(ErrorKind.Conflict, "gateway.kind_fixed",
                "A gateway's kind does not change: add one with another name and set this one's enabled to false.",
                nameof(desired.Kind));
        else
        {
            var updated = await update.ExecuteAsync(new(present.Value.Id, desired.ToSettings()), cancel);
            if (!updated.IsSuccess)
                return updated.In(Names);
            if (updated.Value)
                changes.Add($"gateway {present.Value.Name}: changed");
        }
        var set = await setState.ExecuteAsync(new(present.Value.Id, desired.Enabled), cancel);
        if (set is { IsSuccess: true, Value: true })
            changes.Add($"gateway {present.Value.Name}: {(desired.Enabled ? "enabled" : "disabled")}");
        return set;
    }
}
