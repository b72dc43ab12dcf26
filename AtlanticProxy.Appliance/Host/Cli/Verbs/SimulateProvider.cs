using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using AtlanticProxy.Host.Processes;
using AtlanticProxy.Simulator;
using Microsoft.Extensions.Logging.Abstractions;

namespace AtlanticProxy.Host.Cli.Verbs;

/// <summary><c>simulate-provider --listen H:P ...</c>: a stand-in upstream for trials; runs until it is told to stop.</summary>
internal sealed class SimulateProvider : Verb
{
    private readonly Option<string> _listen = new("--listen") { HelpName = "HOST:PORT", Required = true,
        Description = "Address and port; port 0 picks a free one" };
    private readonly Option<string?> _username = new("--username") { HelpName = "NAME",
        Description = "Account that clients must present; targeting may follow it" };
    private readonly Option<int?> _latency = Values.Count("--latency", "Milliseconds before each answer");
    private readonly Option<decimal?> _fail = Values.Share("--fail", "Share of requests refused, 0 to 1");
    private readonly Option<decimal?> _blackhole = Values.Share("--blackhole",
        "Share of requests that are never answered, 0 to 1");
    private readonly Option<bool> _reject = new("--reject") { Description = "Refuse all credentials with 407" };
    private readonly Option<string?> _grammar = Values.Word(
        "--grammar", "G", "The provider whose usernames it understands; told from each username without it",
        [.. SimulatorOptions.Grammars]);
    private readonly Option<string> _name = new("--name") { HelpName = "NAME", DefaultValueFactory = _ =>
        new SimulatorOptions().Name, Description = "What http://exit.test/ calls it" };
    private readonly Option<int?> _exits = Values.Count("--exits",
        $"Exits in each country; {new SimulatorOptions().Exits} if left out", min: 1);
    private readonly Option<bool> _real = new("--real-sites") { Description = "Reach real sites, not only this machine" };
    private readonly PasswordInput _password;

    public SimulateProvider(CommonOptions common)
        : base(common, "simulate-provider", "Run a stand-in upstream provider (HTTP, CONNECT, SOCKS5) until Ctrl-C")
    {
        _password = new PasswordInput(common.Input);
        Add(_listen);
        Add(_username);
        Add(_latency);
        Add(_fail);
        Add(_blackhole);
        Add(_reject);
        Add(_grammar);
        Add(_name);
        Add(_exits);
        Add(_real);
        Add(_password.Option);
    }

    protected override async Task<int> RunAsync(ParseResult parsed, Terminal terminal, StopSignals stop)
    {
        if (!IPEndPoint.TryParse(parsed.GetRequiredValue(_listen), out var listen))
            return terminal.Fail($"--listen: '{parsed.GetValue(_listen)}' is not address:port.");
        var options = new SimulatorOptions
        {
            Listen = listen,
            Name = parsed.GetRequiredValue(_name),
            Grammar = parsed.GetValue(_grammar),
            BlackholeRate = (double)(parsed.GetValue(_blackhole) ?? 0),
            Username = parsed.GetValue(_username),
            Password = _password.Read(parsed),
            Latency = TimeSpan.FromMilliseconds(parsed.GetValue(_latency) ?? 0),
            FailRate = (double)(parsed.GetValue(_fail) ?? 0),
            Exits = parsed.GetValue(_exits) ?? new SimulatorOptions().Exits,
            ReachesRealSites = parsed.GetValue(_real),
        };
        if (options.Validate().ToList() is { Count: > 0 } errors)
            return terminal.Fail(string.Join('\n', errors));
        try
        {
            await using var simulator = await ProviderSimulator.StartAsync(options, TimeProvider.System,
                NullLoggerFactory.Instance);
            if (parsed.GetValue(_reject))
                simulator.Fault = SimulatorFault.Reject407;
            terminal.Done(new { listen = simulator.Endpoint.ToString() }, $"Simulating a provider on {simulator.Endpoint}");
            await stop.First;
            return CommandLine.Done;
        }
        catch (SocketException taken)
        {
            return terminal.Fail(
                $"{listen} cannot be listened on ({taken.Message}): stop what uses it, or choose another with --listen.");
        }
    }
}
