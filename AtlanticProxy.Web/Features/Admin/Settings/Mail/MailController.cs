using AtlanticProxy.ControlPlane.Mail;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Admin.Settings.Mail;

/// <summary>The mail server as its form has it.</summary>
/// <param name="Password">Empty keeps the present one.</param>
internal sealed record MailForm(
    string? Host, int? Port, MailSecurity Security, string? Username, string? Password, string? SenderAddress,
    string? SenderName, bool RemovePassword = false)
{
    public static MailForm Of(MailSettings settings) => new(settings.Host, settings.Port, settings.Security, settings.Username,
        null, settings.SenderAddress, settings.SenderName);

    public MailSettings ToSettings() => new(Host, Port ?? MailSettings.SubmissionPort, Security, Username?.Trim() ?? "",
        SenderAddress ?? "", SenderName ?? "");

    /// <summary>What it shows: no secrets.</summary>
    public IReadOnlyList<FormFact> Facts =>
    [
        new("Server", Host), new("Port", $"{Port}"), new("Security", $"{Security}"), new("User name", Username),
        new("Sender's address", SenderAddress), new("Sender's name", SenderName),
    ];
}

/// <param name="Recipient">Of the test, as it was typed.</param>
internal sealed record MailPage(MailForm Form, string? Recipient);

/// <summary>How mail is sent.</summary>
[Authorize(Policies.Owners), Route("/admin/settings/mail/server")]
internal sealed class MailController(MailQueries mail) : PortalController
{
    [HttpGet]
    public async Task<IActionResult> Edit(CancellationToken cancellation) =>
        Page(MailForm.Of(await mail.SettingsAsync(cancellation)), User.Identity?.Name);

    [HttpPost]
    public async Task<IActionResult> Change(MailForm form, [FromServices] SetMail set, CancellationToken cancellation)
    {
        Task<IActionResult> Again() => Task.FromResult<IActionResult>(View("Server", new MailPage(form, User.Identity?.Name)));
        if (HasChangedMeanwhile(MailForm.Of(await mail.SettingsAsync(cancellation)).Facts))
            return await Again();
        if (!ModelState.IsValid)
            return await RetryAsync(Again);
        string? password = form.RemovePassword ? "" : string.IsNullOrEmpty(form.Password) ? null : form.Password;
        return await AnswerAsync(await set.ExecuteAsync(new SetMail.Request(form.ToSettings(), password), cancellation),
            changed => Back(changed ? "Saved. Send a test mail to see that it works."
                : "No changes: these settings are set already."), Again);
    }

    [HttpPost("test")]
    public async Task<IActionResult> Test(string? recipient, [FromServices] TestMail test, CancellationToken cancellation) =>
        await AnswerAsync(await test.ExecuteAsync(new TestMail.Request(recipient ?? ""), cancellation),
            answer => Back($"The server took the test mail over: {answer}"),
            async () => Page(MailForm.Of(await mail.SettingsAsync(cancellation)), recipient));

    private ViewResult Page(MailForm stored, string? recipient)
    {
        Show(stored.Facts);
        return View("Server", new MailPage(stored, recipient));
    }

    private LocalRedirectResult Back(Phrase words) => RedirectSaying("/admin/settings/mail/server", words);
}
