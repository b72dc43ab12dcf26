using System.CommandLine;
using AtlanticProxy.ControlPlane.Providers;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.Host.Cli.Verbs;

/// <summary><c>provider add NAME --endpoint URL [--username T] [--password-stdin] [--priority N] [--weight N]</c>.</summary>
internal sealed class ProviderAdd : DatabaseVerb
{
    private readonly Argument<string> _name = new("NAME");
    private readonly Option<string> _endpoint = new("--endpoint") { Required = true, HelpName = "URL", Description = "http://, https:// or socks5://host:port; direct:// for this server's own addresses" };
    private readonly Option<string> _username = new("--username") { HelpName = "TEMPLATE", DefaultValueFactory = _ => "", Description = "Sent upstream, for example acme[-country-{country}][-session-{session}]" };
    private readonly Option<int> _priority = new("--priority") { HelpName = "N", DefaultValueFactory = _ => ProviderSettings.DefaultPriority, Description = "Lower is tried first" };
    private readonly Option<int> _weight = new("--weight") { HelpName = "N", DefaultValueFactory = _ => 1, Description = "Share among those of one priority" };
    private readonly PasswordInput _password;

    public ProviderAdd(CommonOptions common) : base(common, "add", "Add a provider")
    {
        _password = new PasswordInput(common.Input);
        Add(_name);
        Add(_endpoint);
        Add(_username);
        Add(_priority);
        Add(_weight);
        Add(_password.Option);
    }

    protected override async Task<int> RunAsync(IServiceProvider services, ParseResult parsed, Terminal terminal, CancellationToken cancel)
    {
        var settings = new ProviderSettings(parsed.GetRequiredValue(_endpoint), parsed.GetRequiredValue(_username), _password.Read(parsed), parsed.GetValue(_priority), parsed.GetValue(_weight));
        var added = await services.GetRequiredService<AddProvider>().ExecuteAsync(new(parsed.GetRequiredValue(_name), settings), cancel);
        return added.IsSuccess ? terminal.Done(added.Value, $"Added provider {added.Value.Name}") : terminal.Fail(added);
    }
}
