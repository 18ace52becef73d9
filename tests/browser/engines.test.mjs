/** The main flows in other people's engines: Firefox by WebDriver BiDi, WebKitGTK by its own driver. */

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { after, describe, test } from "node:test";
import puppeteer from "puppeteer-core";
import { Builder, Capabilities } from "selenium-webdriver";
import { fixtureText, serve, singleFile } from "./page.mjs";

const server = await serve();
after(() => server.stop());

/** Longest wait for anything, in milliseconds: WebAssembly without a cache takes a while on a busy machine. */
const PATIENCE = 60_000;

/**
 * @typedef {object} Browser
 * @property {(url: string) => Promise<unknown>} goTo
 * @property {(run: Function, ...args: unknown[]) => Promise<any>} evaluate in the page
 * @property {() => Promise<void>} close
 */

/** @type {Record<string, () => Promise<Browser>>} */
const ENGINES = { Firefox: firefox, WebKitGTK: webKit };

for (const [engine, launch] of Object.entries(ENGINES)) {
  for (const [what, url] of [["site", server.url], ["single file", singleFile]]) {
    describe(`${engine}, ${what}`, () => {
      test("stories, files, logs and test certificates give what they give elsewhere", async () => {
        const browser = await launch();
        const until = (run, ...args) => waitFor(browser, run, args);
        try {
          await browser.goTo(url);
          await until(() => document.body.textContent.includes("0 connections since loading"));
          await browser.evaluate(() => {
            window.seen = [];
            document.addEventListener("securitypolicyviolation", (event) => window.seen.push(`${event.violatedDirective} ${event.blockedURI}`));
            addEventListener("error", (event) => window.seen.push(event.message));
            const words = (error) => `${error}${error?.cause ? `, for: ${words(error.cause)}` : ""}\n${error?.stack ?? ""}`;
            addEventListener("unhandledrejection", (event) => window.seen.push(words(event.reason)));
          });
          const stories = {
            "All is well": ["ready", ""],
            "Registered under another name": ["refused", "DX401"],
            "An intermediate is missing": ["refused", "DX436"],
            "The key of another device": ["refused", "DX303"],
          };
          for (const [title, [kind, code]] of Object.entries(stories)) {
            await browser.evaluate((wanted) => [...document.querySelectorAll("#stories button")].find((one) => one.textContent.includes(wanted)).click(), title);
            await until((wanted, told) => document.querySelector(`#verdict.${wanted}`) && document.querySelector("#fix").textContent.includes(told), kind, code);
            await browser.evaluate(() => document.getElementById("remove-all").click());
          }
          await paste(browser, fixtureText("device-1.pem"));
          await until(() => document.querySelector("#files-body")?.textContent.includes("Example Intermediate"));
          await paste(browser, '{"errorCode":401002,"message":"CA certificate not found."}');
          await until(() => document.querySelector("#log")?.textContent.includes("DX707"));
          await browser.evaluate(() => {
            document.getElementById("remove-all").click();
            document.getElementById("generate").open = true;
            document.getElementById("generate-keyType").value = "rsa2048";
            document.querySelector("#generate form").requestSubmit();
          });
          await until(() => document.getElementById("generate").textContent.includes("device-key.pem"));
          assert.deepEqual(await browser.evaluate(() => window.seen), []);
        } finally {
          await browser.close();
        }
      });
    });
  }
}

/** @param {Browser} browser @param {Function} run @param {unknown[]} args */
async function waitFor(browser, run, args) {
  const end = Date.now() + PATIENCE;
  while (!(await browser.evaluate(run, ...args))) {
    if (Date.now() > end) assert.fail(`never: ${run} with ${args}; the page has: ${(await browser.evaluate(() => document.body.innerText)).slice(0, 1000)}`);
    await pause(100);
  }
}

/** @param {Browser} browser @param {string} text */
function paste(browser, text) {
  return browser.evaluate((given) => {
    const field = document.getElementById("anything");
    field.value = given;
    document.getElementById("field").requestSubmit();
  }, text);
}

/** @returns {Promise<Browser>} */
async function firefox() {
  const executablePath = "/usr/bin/firefox-esr";
  assert.ok(existsSync(executablePath), "Firefox is missing: apt-get install firefox-esr");
  const browser = await puppeteer.launch({ browser: "firefox", executablePath, headless: true });
  const page = await browser.newPage();
  return {
    goTo: (url) => page.goto(url),
    evaluate: (run, ...args) => page.evaluate(run, ...args),
    close: () => browser.close(),
  };
}

const MINI_BROWSER = "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser";

/** It has no headless mode, so there is a display in memory. @returns {Promise<Browser>} */
async function webKit() {
  for (const [program, needed] of [["/usr/bin/WebKitWebDriver", "webkit2gtk-driver"], [MINI_BROWSER, "webkit2gtk-driver"], ["/usr/bin/Xvfb", "xvfb"]]) {
    assert.ok(existsSync(program), `${program} is missing: apt-get install ${needed}`);
  }
  const display = spawn("Xvfb", ["-displayfd", "1", "-screen", "0", "1280x900x24", "-nolisten", "tcp"], { stdio: ["ignore", "pipe", "ignore"] });
  const number = await new Promise((resolve, reject) => {
    display.stdout.once("data", (data) => resolve(String(data).trim()));
    display.once("exit", (code) => reject(new Error(`Xvfb ended with ${code}`)));
  });
  // Below the ports that the system gives to whoever connects.
  const port = 12_000 + Math.floor(Math.random() * 20_000);
  const driver = spawn("WebKitWebDriver", [`--port=${port}`], {
    stdio: "ignore",
    // The pages are the project's own, and a container has no sandbox to give.
    env: { ...process.env, DISPLAY: `:${number}`, WEBKIT_DISABLE_COMPOSITING_MODE: "1", WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: "1" },
  });
  const stop = () => {
    driver.kill();
    display.kill();
  };
  try {
    await answers(port);
    const session = await new Builder()
      .usingServer(`http://127.0.0.1:${port}`)
      .withCapabilities(new Capabilities({ browserName: "MiniBrowser", "webkitgtk:browserOptions": { binary: MINI_BROWSER, args: ["--automation"] } }))
      .build();
    return {
      goTo: (url) => session.get(url),
      evaluate: (run, ...args) => session.executeScript(run, ...args),
      close: async () => {
        await session.quit();
        stop();
      },
    };
  } catch (error) {
    stop();
    throw error;
  }
}

/** Once the driver answers. @param {number} port */
async function answers(port) {
  for (const end = Date.now() + PATIENCE; Date.now() < end;) {
    if (await fetch(`http://127.0.0.1:${port}/status`).then(() => true, () => false)) return;
    await pause(100);
  }
  throw new Error("WebKitWebDriver does not answer");
}

/** @param {number} milliseconds */
function pause(milliseconds) {
  return new Promise((resolve) => { setTimeout(resolve, milliseconds); });
}
