using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Mail;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Staff;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using static AtlanticProxy.Web.Languages.Speaking;

namespace AtlanticProxy.Web.Features.Admin.Settings.Mail;

internal sealed record OutboxPage(Page<MailSummary> Mails, Listing Listing);

/// <summary>What was sent, and what was not.</summary>
[Writes(Area.Help), Route("/admin/settings/mail")]
internal sealed class OutboxController(MailQueries mail) : PortalController
{
    [HttpGet]
    public Task<IActionResult> List(string? search, MailState? state, CancellationToken cancellation, int page = 1) =>
        PageAsync(new PageRequest(page, search: search), state, cancellation);

    [HttpPost("{id:long}/resend")]
    public async Task<IActionResult> Resend(long id, [FromServices] ResendMail resend, CancellationToken cancellation) =>
        await AnswerAsync(await resend.ExecuteAsync(new ResendMail.Request(id), cancellation), () =>
        {
            Notify("The mail is queued again.");
            return LocalRedirect("/admin/settings/mail");
        }, () => PageAsync(new PageRequest(), null, cancellation));

    private async Task<IActionResult> PageAsync(PageRequest request, MailState? state, CancellationToken cancellation)
    {
        var found = await mail.ListAsync(Scope.Staff, state, request, cancellation);
        return View("Outbox", new OutboxPage(found,
            new Listing("/admin/settings/mail", request.Search, found.Number, found.Size, found.Total,
                "Search recipient or subject")
            {
                Filters = [ListFilter.Of("state", "State", state, "All states", each => T[MailWords.Of(each)])],
            }));
    }
}
