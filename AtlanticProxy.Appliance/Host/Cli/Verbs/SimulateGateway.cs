using System.CommandLine;
using System.Net;
using AtlanticProxy.Host.Processes;
using AtlanticProxy.Simulator.Gateways;

namespace AtlanticProxy.Host.Cli.Verbs;

/// <summary>
/// <c>simulate-gateway --kind K --port N ...</c>: a stand-in payment gateway for trials; runs until it is told to stop.
/// </summary>
internal sealed class SimulateGateway : Verb
{
    private readonly Option<string?> _kind = Values.Word("--kind", "K", "What it stands for: paystack, stripe or btcpay",
        ["paystack", "stripe", "btcpay"]);
    private readonly Option<int?> _port = Values.Count("--port", "Port on 127.0.0.1; 0, or left out, picks a free one");
    private readonly Option<string?> _deliverTo = new("--deliver-to") { HelpName = "URL",
        Description = "Where it delivers webhooks, such as http://127.0.0.1:8000/webhooks/stripe" };

    public SimulateGateway(CommonOptions common)
        : base(common, "simulate-gateway", "Run a stand-in payment gateway until Ctrl-C")
    {
        _kind.Required = true;
        Add(_kind);
        Add(_port);
        Add(_deliverTo);
    }

    protected override async Task<int> RunAsync(ParseResult parsed, Terminal terminal, StopSignals stop)
    {
        int port = parsed.GetValue(_port) ?? 0;
        if (port > IPEndPoint.MaxPort)
            return terminal.Fail($"--port: {port} is not a port (0 to {IPEndPoint.MaxPort}).");
        Uri? deliverTo = null;
        if (parsed.GetValue(_deliverTo) is { } typed && !Uri.TryCreate(typed, UriKind.Absolute, out deliverTo))
            return terminal.Fail(
                $"--deliver-to: '{typed}' is not an address: give one such as http://127.0.0.1:8000/webhooks/stripe.");
        await using SimulatedGateway gateway = parsed.GetRequiredValue(_kind) switch
        {
            "paystack" => new PaystackSimulator(TimeProvider.System),
            "stripe" => new StripeSimulator(TimeProvider.System),
            _ => new BtcpaySimulator(TimeProvider.System),
        };
        gateway.WebhookUrl = deliverTo;
        try
        {
            await gateway.StartAsync(port);
        }
        catch (IOException taken)
        {
            return terminal.Fail($"Port {port} cannot be listened on ({taken.Message}): choose another with --port.");
        }
        // Nothing that is worth keeping: it takes no money.
        terminal.Done(
            new { address = gateway.Address, apiKey = gateway.ApiKey, webhookSecret = gateway.WebhookSecret, store = "store-1" },
            $"Simulating a payment gateway on {gateway.Address}\nAPI key {gateway.ApiKey}, webhook secret "
                + $"{gateway.WebhookSecret}, store store-1");
        await stop.First;
        return CommandLine.Done;
    }
}
