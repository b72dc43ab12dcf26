using System.CommandLine;
using AtlanticProxy.ControlPlane.Accounts;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.Host.Cli.Verbs;

/// <summary><c>admin create EMAIL [--password-stdin]</c>: an owner, who may do everything.</summary>
internal sealed class AdminCreate : DatabaseVerb
{
    private readonly Argument<string> _email = new("EMAIL");
    private readonly PasswordInput _password;

    public AdminCreate(CommonOptions common)
        : base(common, "create",
            "Add an owner, who may do everything; without --password-stdin a password is made and shown once")
    {
        _password = new PasswordInput(common.Input);
        Add(_email);
        Add(_password.Option);
    }

    protected override async Task<int> RunAsync(
        IServiceProvider services, ParseResult parsed, Terminal terminal, CancellationToken cancel)
    {
        string email = parsed.GetRequiredValue(_email);
        var (password, isGenerated) = _password.ReadOrGenerate(parsed);
        var created = await services.GetRequiredService<CreateStaffUser>()
            .ExecuteAsync(new(email, password, Roles.Owner), cancel);
        return created.IsSuccess
            ? terminal.Done(new { id = created.Value, email, password = isGenerated ? password : null },
                isGenerated ? [$"Created {email} with password {password}", "It is not shown again."] : [$"Created {email}"])
            : terminal.Fail(created);
    }
}
