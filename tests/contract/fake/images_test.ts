/** The image store's suite against the fake. */
import { fakeClock } from "../../fakes/clock.ts";
import { fakeRuntime } from "../../fakes/runtime.ts";
import { imagesSuite } from "../images_suite.ts";

imagesSuite("fake images", () => {
  const { images } = fakeRuntime({ clock: fakeClock() });
  const login = { username: "skerry", password: "open-sesame" };
  const [open, guarded] = ["127.0.0.1:5000/team/app:1", "127.0.0.1:5001/private/app:1"] as const;
  images.publish(open);
  images.publish(guarded, { auth: login });
  const archive = { path: "/archives/app.tar", name: "skerry.test/app:1" };
  images.archive(archive.path, [archive.name]);
  return Promise.resolve({
    images,
    open,
    guarded,
    login,
    unknown: "127.0.0.1:5000/team/unknown:1",
    archive,
    badArchives: ["/archives/unknown.tar"],
    [Symbol.asyncDispose]: () => Promise.resolve(),
  });
});
