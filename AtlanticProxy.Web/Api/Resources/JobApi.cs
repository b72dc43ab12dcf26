using AtlanticProxy.ControlPlane.ApiTokens;
using AtlanticProxy.ControlPlane.Jobs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AtlanticProxy.Web.Api.Resources;

/// <summary>Work that is done by the clock.</summary>
/// <param name="Id">Its name for programs.</param>
/// <param name="Title">What it does.</param>
/// <param name="Schedule">When: five fields of cron, in UTC.</param>
internal sealed record JobBody(string Id, string Title, string Schedule) : IExample<JobBody>
{
    public static JobBody Example => new("renew-subscriptions",
        "Renew subscriptions, and end trials and cancelled subscriptions", "*/5 * * * *");
}

/// <summary>Jobs, for the staff.</summary>
internal static class JobApi
{
    private const string Path = "/jobs";

    public static void Map(IEndpointRouteBuilder v1)
    {
        var api = v1.MapGroup("").WithTags("Jobs");
        api.MapGet(Path, List).Needs(TokenScope.JobsRead).WithName("listJobs")
            .WithSummary("List scheduled jobs").Produces<ListBody<JobBody>>();
        api.MapPost($"{Path}/{{id}}/trigger", Trigger).Needs(TokenScope.JobsWrite).WithName("triggerJob")
            .WithSummary("Run a job now").Produces(StatusCodes.Status202Accepted);
    }

    private static IResult List() => Results.Ok(ListBody<JobBody>.Whole(
        ClusterJobs.All.Select(job => new JobBody(job.Id, job.Title, job.Cron))));

    private static IResult Trigger(string id, IJobStart jobs)
    {
        if (ClusterJobs.All.All(job => job.Id != id))
            return new ApiProblem(StatusCodes.Status404NotFound, new ApiError("job.not_found", "Unknown job."));
        jobs.Start(id);
        return Results.StatusCode(StatusCodes.Status202Accepted);
    }
}
